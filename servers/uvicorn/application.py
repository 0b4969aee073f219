"""An ASGI application, of the specification and nothing else. servers/hypercorn runs it, too."""
import asyncio

LARGE = b'x' * (16 * 1024 * 1024)
DELAY_SECONDS = 0.2
ENDLESS_SECONDS = 60
# More than a proxy or a socket takes at once.
TOO_LARGE = b'the body is larger than what is taken here\n' * 400


async def read_body(receive):
    """Whether the body came whole."""
    while True:
        message = await receive()
        if message['type'] == 'http.disconnect':
            return False
        if not message.get('more_body', False):
            return True


async def respond(path, receive):
    if path == '/reject':
        return 413, TOO_LARGE
    if path == '/at_once':
        return 200, b'hello world\n'
    if not await read_body(receive):
        return 400, b'half a body\n'
    if path == '/small':
        return 200, b'hello world\n'
    if path == '/large':
        return 200, LARGE
    if path == '/delayed':
        await asyncio.sleep(DELAY_SECONDS)
        return 200, b'hello later\n'
    if path == '/endless':
        await asyncio.sleep(ENDLESS_SECONDS)
        return 200, b'hello at last\n'
    if path == '/upload':
        return 200, b'thanks\n'
    return 404, b'not found\n'


async def live(receive, send):
    """The lifespan protocol: this application has nothing to prepare and nothing to save."""
    while True:
        message = await receive()
        await send({'type': message['type'] + '.complete'})
        if message['type'] == 'lifespan.shutdown':
            return


async def give_back(receive, send):
    """A WebSocket: what comes in goes out again, until either side ends it."""
    while True:
        message = await receive()
        if message['type'] == 'websocket.disconnect':
            return
        if message['type'] == 'websocket.connect':
            await send({'type': 'websocket.accept'})
        else:
            await send({'type': 'websocket.send', 'text': message['text']})


async def application(scope, receive, send):
    if scope['type'] == 'lifespan':
        await live(receive, send)
        return
    if scope['type'] == 'websocket':
        await give_back(receive, send)
        return
    status, body = await respond(scope['path'], receive)
    headers = [(b'content-type', b'text/plain'), (b'content-length', str(len(body)).encode())]
    await send({'type': 'http.response.start', 'status': status, 'headers': headers})
    await send({'type': 'http.response.body', 'body': body})
