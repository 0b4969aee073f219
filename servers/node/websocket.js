// An echo of WebSockets (RFC 6455) on what http gives to who listens to 'upgrade': Node has no
// server of them. Each frame goes back as it came, unmasked.
'use strict';

const crypto = require('node:crypto');

const CLOSE = 0x8, PING = 0x9, PONG = 0xa;
const LAST = 0x80;
const GOING_AWAY = Buffer.from([0x03, 0xe9]);  // 1001
// For a Close frame to be answered.
const GOODBYE_MS = 500;

const open = new Set();
let goesAway = false;

function frame(firstByte, payload) {
    if (payload.length < 126) {
        return Buffer.concat([Buffer.from([firstByte, payload.length]), payload]);
    }
    const head = Buffer.from([firstByte, 126, 0, 0]);
    head.writeUInt16BE(payload.length, 2);  // longer ones are not taken
    return Buffer.concat([head, payload]);
}

class EchoSocket {
    constructor(socket, head) {
        this.socket = socket;
        this.input = head;
        this.saidClose = false;
        socket.setNoDelay();
        socket.on('error', () => {});  // a client that resets
        socket.on('end', () => socket.end());
        socket.on('close', () => open.delete(this));
        socket.on('data', (bytes) => {
            this.input = Buffer.concat([this.input, bytes]);
            this.takeFrames();
        });
        open.add(this);
    }

    takeFrames() {
        while (this.input.length >= 2) {
            const short = this.input[1] & 0x7f;
            const maskAt = short === 126 ? 4 : 2;
            if (short === 127 || (this.input[1] & 0x80) === 0) {
                this.socket.destroy();
                return;
            }
            if (this.input.length < maskAt + 4) {
                return;
            }
            const length = short === 126 ? this.input.readUInt16BE(2) : short;
            const payloadAt = maskAt + 4;
            if (this.input.length < payloadAt + length) {
                return;
            }
            const payload = this.input.subarray(payloadAt, payloadAt + length)
                .map((byte, index) => byte ^ this.input[maskAt + index % 4]);
            const firstByte = this.input[0];
            this.input = this.input.subarray(payloadAt + length);
            this.answer(firstByte, payload);
        }
    }

    answer(firstByte, payload) {
        const opcode = firstByte & 0x0f;
        if (opcode === CLOSE) {
            this.socket.end(this.saidClose ? undefined : frame(firstByte, payload));
        } else if (opcode === PING) {
            this.socket.write(frame(LAST | PONG, payload));
        } else if (opcode !== PONG && !this.saidClose) {
            this.socket.write(frame(firstByte, payload));
        }
    }

    sayClose() {
        this.saidClose = true;
        this.socket.write(frame(LAST | CLOSE, GOING_AWAY));
        setTimeout(() => this.socket.destroy(), GOODBYE_MS).unref();
    }
}

function upgrade(request, socket, head) {
    if (request.url !== '/websocket' || !request.headers['sec-websocket-key']) {
        socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
        return;
    }
    const accept = crypto.createHash('sha1')
        .update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11')
        .digest('base64');
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n' +
                 `Upgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    const echo = new EchoSocket(socket, head);
    echo.takeFrames();
    if (goesAway) {
        echo.sayClose();
    }
}

// server.close() waits for them and does not tell them, and closeAllConnections() leaves them out
// (https://nodejs.org/api/http.html#servercloseallconnections).
function goAway() {
    goesAway = true;
    open.forEach((echo) => echo.sayClose());
}

function cut() {
    open.forEach((echo) => echo.socket.destroy());
}

module.exports = {upgrade, goAway, cut};
