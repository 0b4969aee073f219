// node server.js HTTP_PORT HTTPS_PORT CERTIFICATE KEY [close_only]
//
// An HTTP server on Node's standard library. It is stopped by server.close() and
// closeIdleConnections(), which close() calls itself from 19.0 on; what it answers from then on says
// "Connection: close": without that, a client that goes on asking on its connection is served for
// ever. With close_only that is left out, as in most applications. A fast stop is
// server.closeAllConnections().
'use strict';

const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');

const [httpPort, httpsPort, certificate, key, variant] = process.argv.slice(2);
const large = Buffer.alloc(16 * 1024 * 1024, 'x');
let announcesClose = false;

function finish(response, body) {
    if (announcesClose) {
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

const servers = [
    http.createServer(answer),
    https.createServer({cert: fs.readFileSync(certificate), key: fs.readFileSync(key)}, answer),
];

// The loop ends, and the process with it, when the last connection is gone.
function stop() {
    announcesClose = variant !== 'close_only';
    servers.forEach((server) => {
        server.close();
        server.closeIdleConnections();
    });
}

process.on('SIGTERM', stop);
process.on('SIGINT', () => {
    stop();
    servers.forEach((server) => server.closeAllConnections());
});

servers[0].listen(Number(httpPort), '127.0.0.1');
servers[1].listen(Number(httpsPort), '127.0.0.1');
