// Engine.IO v4 and Socket.IO v5 on the wire, without a client library.
import WebSocket from 'ws';

export const separator = '\x1e';
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// One server's Engine.IO endpoint ("http://127.0.0.1:8080/engine.io/").
export class Endpoint {
  constructor(url) {
    this.url = url;
  }

  target(query) {
    return `${this.url}?${new URLSearchParams({ EIO: 4, ...query })}`;
  }

  // Returns { status, text, headers }.
  async get(query, init = {}) {
    const response = await fetch(this.target({ transport: 'polling', ...query }), init);
    return { status: response.status, text: await response.text(), headers: response.headers };
  }

  post(query, body) {
    return this.get(query, { method: 'POST', body });
  }

  // Opens a polling session. Returns the handshake.
  async open() {
    const { text } = await this.get({});
    return JSON.parse(text.slice(1));
  }

  socket(query = {}, options = {}) {
    return new Wire(this.target({ transport: 'websocket', ...query }).replace(/^http/, 'ws'), options);
  }
}

// A WebSocket. A test takes its messages one by one.
export class Wire {
  constructor(url, options) {
    this.socket = new WebSocket(url, options);
    this.socket.binaryType = 'nodebuffer';
    this.messages = [];
    this.waiting = [];
    this.socket.on('message', (data, binary) => {
      const message = binary ? data : data.toString();
      this.waiting.length ? this.waiting.shift()(message) : this.messages.push(message);
    });
    this.opened = new Promise((resolve, reject) => {
      this.socket.once('open', resolve);
      this.socket.once('error', reject);
    });
    this.opened.catch(() => {});
    this.socket.on('error', () => {});
    this.closed = new Promise((resolve) => this.socket.once('close', (code) => resolve(code)));
  }

  // Returns the next message. Answers and skips pings, unless `pings` is set.
  async next({ pings = false, seconds = 5 } = {}) {
    for (;;) {
      const message = this.messages.shift() ?? (await this.wait(seconds));
      if (message === '2' && !pings) {
        this.send('3');
        continue;
      }
      return message;
    }
  }

  wait(seconds) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no message within ${seconds} s`)), seconds * 1000);
      this.waiting.push((message) => (clearTimeout(late), resolve(message)));
    });
  }

  send(message) {
    this.socket.send(message);
  }

  close() {
    this.socket.close();
    return this.closed;
  }
}
