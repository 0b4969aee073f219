"""server.py HTTP_PORT HTTPS_PORT CERTIFICATE KEY

An HTTP server on aiohttp. web.run_app() has either HTTP or HTTPS; live() and main() are what it
does, for both (https://docs.aiohttp.org/en/stable/web_advanced.html#application-runners). SIGHUP
restarts it within the process.
"""
import asyncio
import signal
import ssl
import sys

from aiohttp import WSCloseCode, WSMsgType, web

LARGE = b'x' * (16 * 1024 * 1024)
DELAY_SECONDS = 0.2
ENDLESS_SECONDS = 60
# More than a proxy or a socket takes at once.
TOO_LARGE = b'the body is larger than what is taken here\n' * 400
# Of each listener; run_app() has 60.
SHUTDOWN_SECONDS = 2


async def small(request):
    return web.Response(text='hello world\n')


async def large(request):
    return web.Response(body=LARGE)


async def delayed(request):
    await asyncio.sleep(DELAY_SECONDS)
    return web.Response(text='hello later\n')


async def endless(request):
    await asyncio.sleep(ENDLESS_SECONDS)
    return web.Response(text='hello at last\n')


async def upload(request):
    try:
        async for _ in request.content.iter_chunked(65536):
            pass
    except ConnectionResetError:  # a client that goes away amid its body
        return web.Response(status=400)
    return web.Response(text='thanks\n')


async def reject(request):
    return web.Response(status=413, body=TOO_LARGE)


class Echo:
    """What is told of the bytes behind an upgrade, as aiohttp's own WebSockets are."""

    def __init__(self, transport):
        self.transport = transport
        self.ended = asyncio.Event()

    def feed_data(self, data):
        self.transport.write(data)
        return False, b''

    def feed_eof(self):
        self.ended.set()


async def tunnel(request):
    response = web.StreamResponse(
        status=101, headers={'Connection': 'upgrade', 'Upgrade': 'echo'})
    await response.prepare(request)
    echo = Echo(request.transport)
    request.protocol.set_parser(echo)
    await echo.ended.wait()
    return response


async def websocket(request):
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    request.app['websockets'].add(socket)
    try:
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                await socket.send_str(message.data)
    finally:
        request.app['websockets'].discard(socket)
    return socket


async def close_websockets(application):
    """As https://docs.aiohttp.org/en/v3.8.4/web_advanced.html#graceful-shutdown has it."""
    for socket in set(application['websockets']):
        await socket.close(code=WSCloseCode.GOING_AWAY, message=b'Server shutdown')


def routes():
    application = web.Application()
    application['websockets'] = set()
    application.on_shutdown.append(close_websockets)
    application.add_routes([
        web.get('/small', small), web.get('/large', large), web.get('/delayed', delayed),
        web.get('/endless', endless), web.get('/tunnel', tunnel),
        web.get('/websocket', websocket), web.post('/upload', upload), web.post('/reject', reject),
    ])
    return application


async def live(asked, http_port, https_port, certificate, key):
    """One life: all that begins in it has ended behind it."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    runner = web.AppRunner(routes(), handle_signals=True, access_log=None)
    await runner.setup()
    try:
        for port, tls in (http_port, None), (https_port, context):
            await web.TCPSite(runner, '127.0.0.1', int(port), ssl_context=tls,
                              shutdown_timeout=SHUTDOWN_SECONDS).start()
        await asked.wait()
    finally:
        await runner.cleanup()


async def serve(arguments):
    asked = asyncio.Event()
    # Set once: a loop that takes a handler back leaves the signal to its default, which kills.
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, asked.set)
    while True:
        await live(asked, *arguments)
        asked.clear()


def cancel(loop, tasks):
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))


def main():
    loop = asyncio.new_event_loop()
    serving = loop.create_task(serve(sys.argv[1:]))
    try:
        loop.run_until_complete(serving)
    except (web.GracefulExit, KeyboardInterrupt):
        pass
    finally:
        cancel(loop, {serving})
        cancel(loop, asyncio.all_tasks(loop))
        loop.close()


main()
