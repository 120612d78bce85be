// The page's side of the engine: calls and their answers, and the texts of blocks, in the page or in files beside it.
class Client {
  constructor() {
    this.calls = new Map();
    this.last = 0;
    this.folder = null;
    this.absent = new Set();
    this.loading = new Map();
    this.connect();
  }

  connect() {
    try {
      const address = URL.createObjectURL(new Blob([engineSource()], { type: "text/javascript" }));
      this.attach(new Worker(address));
      this.port.onerror = (event) => {
        event.preventDefault();
        this.stay();
      };
    } catch {
      this.stay();
    }
  }

  // The engine on this thread: slower to look at, the same answers.
  stay() {
    const { port1, port2 } = new MessageChannel();
    this.engine = new Engine(port2);
    this.attach(port1);
    for (const [id, { call, args }] of this.calls) this.port.postMessage({ id, call, args });
  }

  attach(port) {
    this.port = port;
    port.onmessage = ({ data }) => this.take(data);
  }

  call(call, args = [], part = () => {}) {
    this.last += 1;
    const id = this.last;
    return new Promise((resolve, reject) => {
      this.calls.set(id, { call, args, part, resolve, reject });
      this.port.postMessage({ id, call, args });
    });
  }

  async take(message) {
    if (message.kind === "need") {
      const found = await this.block(message.name);
      this.port.postMessage({ kind: "block", name: message.name, found });
      return;
    }
    const waiting = this.calls.get(message.id);
    if (!waiting) return;
    if (message.kind === "part") {
      waiting.part(message.value);
      return;
    }
    this.calls.delete(message.id);
    if (message.kind === "done") waiting.resolve(message.value);
    else waiting.reject(new Error(message.message));
  }

  block(name) {
    const inside = document.getElementById(`block-${name}`);
    return inside ? { text: inside.textContent, size: Number(inside.dataset.bytes) } : this.beside(name);
  }

  // A file beside the page calls `goldgateBlock` with its text; null where it is not there.
  beside(name) {
    if (!this.folder || this.absent.has(name)) return null;
    window.goldgateBlock ??= (told, size, text) => this.loading.get(told)?.({ size, text });
    return new Promise((resolve) => {
      const script = element("script", { src: `${this.folder}/${name}.js` });
      const settle = (found) => {
        if (!this.loading.delete(name)) return;
        script.remove();
        if (!found) this.absent.add(name);
        resolve(found);
      };
      this.loading.set(name, settle);
      script.onload = script.onerror = () => settle(null);
      document.head.append(script);
    });
  }
}
