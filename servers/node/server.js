// node server.js HTTP_PORT HTTPS_PORT CERTIFICATE KEY [close_only | http2]
//
// An HTTP server on Node's standard library. It is stopped by server.close() and
// closeIdleConnections(), which close() calls itself from 19.0 on; what it answers from then on says
// "Connection: close": without that, a client that goes on asking on its connection is served for
// ever. With close_only that is left out, as in most applications. A fast stop is
// server.closeAllConnections(). With http2 the second port speaks HTTP/2 as well, whose sessions
// server.close() leaves to the application.
'use strict';

const fs = require('node:fs');
const http = require('node:http');
const http2 = require('node:http2');
const https = require('node:https');
const websocket = require('./websocket.js');

const [httpPort, httpsPort, certificate, key, variant] = process.argv.slice(2);
const large = Buffer.alloc(16 * 1024 * 1024, 'x');
let announcesClose = false;

function finish(response, body) {
    if (announcesClose && response.req.httpVersionMajor === 1) {
        response.setHeader('Connection', 'close');
    }
    response.end(body);
}

function answer(request, response) {
    request.on('error', () => {});  // a client that goes away amid its body
    switch (request.url) {
        case '/small':
            finish(response, 'hello world\n');
            break;
        case '/large':
            finish(response, large);
            break;
        case '/delayed':
            setTimeout(() => finish(response, 'hello later\n'), 200);
            break;
        case '/upload':
            request.resume().on('end', () => finish(response, 'thanks\n'));
            break;
        default:
            response.writeHead(404).end('not found\n');
    }
}

const identity = {cert: fs.readFileSync(certificate), key: fs.readFileSync(key)};
// Megabytes of a session; with the 10 of the default a stream beside a large answer is reset, with
// ENHANCE_YOUR_CALM.
const http2Options = {allowHTTP1: true, maxSessionMemory: 100};
const sessions = new Set();
const servers = [
    http.createServer(answer),
    variant === 'http2' ? http2.createSecureServer({...identity, ...http2Options}, answer)
                        : https.createServer(identity, answer),
];
servers.forEach((server) => server.on('upgrade', websocket.upgrade));
servers[1].on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
    session.on('error', () => {});  // a client that resets
    if (announcesClose) {
        session.close();
    }
});

// The loop ends, and the process with it, when the last connection is gone.
function stop() {
    announcesClose = variant !== 'close_only';
    servers.forEach((server) => {
        server.close();
        server.closeIdleConnections();
    });
    // https://nodejs.org/api/http2.html#http2sessionclosecallback: a GOAWAY, and the streams that
    // are open are answered.
    sessions.forEach((session) => session.close());
}

process.on('SIGTERM', () => {
    stop();
    websocket.goAway();
});
process.on('SIGINT', () => {
    stop();
    websocket.cut();
    sessions.forEach((session) => session.destroy());
    servers.forEach((server) => server.closeAllConnections?.());
});

servers[0].listen(Number(httpPort), '127.0.0.1');
servers[1].listen(Number(httpsPort), '127.0.0.1');
