"""All cases inside one HTML file: columns and distinct texts, compressed in blocks that the page unpacks when it needs them.

A block is `<script type="application/octet-stream" id="block-NAME" data-bytes="N">`: N bytes of zlib in base 91. Above the
page's limit the last text blocks are files `texts/NAME.js` beside it, which call `goldgateBlock(NAME, N, TEXT)`.

- `head` is JSON: `format`, `rows`, `live`, `outcomes`, `metrics`, `tags`, `notes`, `started`, `masked`, where every column lies
  (`columns`), the `lists` (lengths of each row's list, and a column a field), and `texts` (count, first number of each block).
- `numbers` and `lists` hold columns one after the other. A column has `at`, `count`, `width`, `base`, `scale`, `delta`:
  unsigned integers of 1, 2 or 4 bytes, all lowest bytes first, then the next; with `delta` each is the difference to the one
  before. 0 is no value, else the value is (code - 1 + base) / scale, or with `from` the code's place in another column.
  Width 8 are little-endian doubles, NaN for no value.
- `t0`, `t1`, ... are texts joined by NUL, numbered from 1: ids and questions of all cases, then the rest row by row, so that
  what only unchanged passing cases use comes last.
"""
