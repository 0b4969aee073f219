// hyper ADDRESS
//
// An HTTP server with hyper 0.14, stopped as its guide says: with_graceful_shutdown. SIGINT ends
// the future that serves, and every connection with it. SIGHUP restarts it in its process.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use hyper::service::{make_service_fn, service_fn};
use hyper::{Body, Request, Response, Server, StatusCode};
use tokio::signal::unix::{signal, SignalKind};

const LARGE_BYTES: usize = 16 * 1024 * 1024;
const DELAY: Duration = Duration::from_millis(200);

static LARGE: [u8; LARGE_BYTES] = [b'x'; LARGE_BYTES];

async fn answer(request: Request<Body>) -> Result<Response<Body>, Infallible> {
    let path = request.uri().path().to_owned();
    let response = match path.as_str() {
        "/small" => Response::new(Body::from("hello world\n")),
        "/large" => Response::new(Body::from(&LARGE[..])),
        "/delayed" => {
            tokio::time::sleep(DELAY).await;
            Response::new(Body::from("hello later\n"))
        }
        "/upload" => match hyper::body::to_bytes(request.into_body()).await {
            Ok(_) => Response::new(Body::from("thanks\n")),
            Err(_) => with_status(StatusCode::BAD_REQUEST, "half a body\n"),
        },
        _ => with_status(StatusCode::NOT_FOUND, "not found\n"),
    };
    Ok(response)
}

fn with_status(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response
}

#[tokio::main]
async fn main() {
    let address: SocketAddr = std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .expect("usage: hyper ADDRESS");
    let mut stop = signal(SignalKind::terminate()).expect("SIGTERM");
    let mut restart = signal(SignalKind::hangup()).expect("SIGHUP");
    let mut fast = signal(SignalKind::interrupt()).expect("SIGINT");
    let mut goes_on = true;
    while goes_on {
        let service = make_service_fn(|_| async { Ok::<_, Infallible>(service_fn(answer)) });
        let bound = Server::try_bind(&address).unwrap_or_else(|error| {
            eprintln!("cannot listen on {address}: {error}");
            std::process::exit(1);
        });
        goes_on = false;
        let serving = bound.serve(service).with_graceful_shutdown(async {
            tokio::select! {
                _ = stop.recv() => {}
                _ = restart.recv() => goes_on = true,
            }
        });
        tokio::select! {
            served = serving => served.expect("serving"),
            _ = fast.recv() => return,
        }
    }
}
