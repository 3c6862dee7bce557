// Users of the platform with the unchanged Socket.IO client.
import { io } from 'socket.io-client';
import { checkMessages } from './realtime_contract.mjs';

// Connects a socket of a signed-in client and waits until it has joined. `options` go to socket.io-client.
export async function connect(client, options = {}, nsp = '') {
  const socket = open(client, options, nsp);
  const joined = new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  await joined;
  return socket;
}

// Opens a socket without waiting. `events` has all events that it received, in order: { name, body, offset }.
export function open(client, options = {}, nsp = '') {
  const socket = io(client.stack.url + nsp, {
    transports: ['websocket'],
    auth: { token: client.token },
    reconnectionDelay: 50,
    reconnectionDelayMax: 200,
    forceNew: true,
    ...options,
  });
  socket.events = [];
  checkMessages(socket, client.stack.url);
  socket.onAny((name, body, offset) => socket.events.push({ name, body, offset }));
  socket.of = (name) => socket.events.filter((e) => e.name === name);
  socket.ask = (event, body) => socket.timeout(10000).emitWithAck(event, body);
  socket.command = (method, path, body, more = {}) =>
    socket.ask('command', { method, path, ...(body !== undefined && { body }), ...more });
  return socket;
}

export const event = (socket, name) => new Promise((resolve) => socket.once(name, (...args) => resolve(args)));
