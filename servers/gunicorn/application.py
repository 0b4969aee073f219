"""A WSGI application, of PEP 3333 and nothing else."""
import mmap
import time

LARGE = b'x' * (16 * 1024 * 1024)
DELAY_SECONDS = 0.2
ENDLESS_SECONDS = 60
# More than a proxy or a socket takes at once.
TOO_LARGE = b'the body is larger than what is taken here\n' * 400

# A byte for each worker that is there, shared by all; gunicorn.conf.py sets both.
BOOTED = mmap.mmap(-1, mmap.PAGESIZE)
workers_count = 1


def read_body(environ):
    """Whether the body came whole."""
    missing = int(environ.get('CONTENT_LENGTH') or 0)
    while missing > 0:
        part = environ['wsgi.input'].read(min(missing, 65536))
        if not part:
            return False
        missing -= len(part)
    return True


def respond(environ):
    path = environ['PATH_INFO']
    if path == '/small':
        return '200 OK', b'hello world\n'
    if path == '/ready':
        if sum(BOOTED[:]) < workers_count:
            return '503 Service Unavailable', b'not yet\n'
        return '200 OK', b'hello world\n'
    if path == '/large':
        return '200 OK', LARGE
    if path == '/delayed':
        time.sleep(DELAY_SECONDS)
        return '200 OK', b'hello later\n'
    if path == '/endless':
        time.sleep(ENDLESS_SECONDS)
        return '200 OK', b'hello at last\n'
    if path == '/upload':
        if not read_body(environ):
            return '400 Bad Request', b'half a body\n'
        return '200 OK', b'thanks\n'
    if path == '/reject':
        return '413 Request Entity Too Large', TOO_LARGE
    return '404 Not Found', b'not found\n'


def application(environ, start_response):
    status, body = respond(environ)
    start_response(status, [('Content-Type', 'text/plain'), ('Content-Length', str(len(body)))])
    return [body]
