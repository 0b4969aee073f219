// go HTTP_ADDRESS HTTPS_ADDRESS CERTIFICATE KEY
//
// An HTTP server on Go's standard library, stopped as the documentation of net/http shows it:
// Shutdown with a deadline, and Close for what is left then. SIGHUP restarts it in its process.
package main

import (
	"bytes"
	"context"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/gorilla/websocket"
)

const (
	largeBytes    = 16 * 1024 * 1024
	delay         = 200 * time.Millisecond
	drainDeadline = time.Second
	// For a WebSocket's Close frame to be answered.
	goodbyeDeadline = 500 * time.Millisecond
)

func routes(sockets *webSockets) http.Handler {
	large := bytes.Repeat([]byte("x"), largeBytes)
	mux := http.NewServeMux()
	mux.HandleFunc("/small", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "hello world\n")
	})
	mux.HandleFunc("/large", func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "large.txt", time.Time{}, bytes.NewReader(large))
	})
	mux.HandleFunc("/delayed", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(delay)
		io.WriteString(w, "hello later\n")
	})
	mux.HandleFunc("/upload", func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			http.Error(w, "half a body", http.StatusBadRequest)
			return
		}
		io.WriteString(w, "thanks\n")
	})
	mux.HandleFunc("/websocket", sockets.echo)
	return mux
}

func main() {
	stops := make(chan os.Signal, 1)
	signal.Notify(stops, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	for live(stops) == syscall.SIGHUP {
	}
}

// One life of both servers; the signal that ended it.
func live(stops <-chan os.Signal) os.Signal {
	sockets := &webSockets{open: make(map[*websocket.Conn]bool)}
	handler := routes(sockets)
	plain := &http.Server{Addr: os.Args[1], Handler: handler}
	secure := &http.Server{Addr: os.Args[2], Handler: handler}
	returned := make(chan error, 2)
	go func() { returned <- plain.ListenAndServe() }()
	go func() { returned <- secure.ListenAndServeTLS(os.Args[3], os.Args[4]) }()

	var asked os.Signal
	select {
	case err := <-returned:
		log.Fatal(err)
	case asked = <-stops:
	}
	if asked != syscall.SIGINT {
		sockets.goAway()
	}
	servers := []*http.Server{plain, secure}
	done := make(chan struct{}, len(servers))
	for _, server := range servers {
		go func(server *http.Server) {
			stop(server, asked)
			done <- struct{}{}
		}(server)
	}
	for range servers {
		<-done
		// Shutdown knows no listener that Serve has not seen yet: the key may still be loading. It is
		// closed when ListenAndServe returns, and the next life needs its port.
		<-returned
	}
	if asked != syscall.SIGINT {
		sockets.handlers.Wait()
	}
	return asked
}

// Hijacked connections are no part of Shutdown: it neither closes them nor waits for them
// (https://pkg.go.dev/net/http#Server.Shutdown). They are told, and their handlers waited for, here.
type webSockets struct {
	upgrader websocket.Upgrader
	handlers sync.WaitGroup
	mutex    sync.Mutex
	open     map[*websocket.Conn]bool
	stopping bool
}

// False when the stop has come before it.
func (all *webSockets) add(socket *websocket.Conn) bool {
	all.mutex.Lock()
	defer all.mutex.Unlock()
	if !all.stopping {
		all.open[socket] = true
		all.handlers.Add(1)
	}
	return !all.stopping
}

func (all *webSockets) echo(w http.ResponseWriter, r *http.Request) {
	socket, err := all.upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer socket.Close()
	if !all.add(socket) {
		sayGoingAway(socket)
		return
	}
	defer all.handlers.Done()
	defer func() {
		all.mutex.Lock()
		delete(all.open, socket)
		all.mutex.Unlock()
	}()
	for {
		kind, message, err := socket.ReadMessage()
		if err != nil {
			return
		}
		// Behind our Close frame the client's is waited for.
		err = socket.WriteMessage(kind, message)
		if err != nil && err != websocket.ErrCloseSent {
			return
		}
	}
}

// Their handlers return when the client has answered, or has not within goodbyeDeadline.
func (all *webSockets) goAway() {
	all.mutex.Lock()
	defer all.mutex.Unlock()
	all.stopping = true
	for socket := range all.open {
		sayGoingAway(socket)
	}
}

func sayGoingAway(socket *websocket.Conn) {
	deadline := time.Now().Add(goodbyeDeadline)
	farewell := websocket.FormatCloseMessage(websocket.CloseGoingAway, "")
	socket.WriteControl(websocket.CloseMessage, farewell, deadline)
	socket.SetReadDeadline(deadline)
}

// SIGTERM and SIGHUP are graceful, SIGINT is fast.
func stop(server *http.Server, asked os.Signal) {
	if asked != syscall.SIGINT {
		ctx, cancel := context.WithTimeout(context.Background(), drainDeadline)
		defer cancel()
		if server.Shutdown(ctx) == nil {
			return
		}
	}
	server.Close()
}
