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
	"syscall"
	"time"
)

const (
	largeBytes    = 16 * 1024 * 1024
	delay         = 200 * time.Millisecond
	drainDeadline = time.Second
)

func routes() http.Handler {
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
	return mux
}

func main() {
	stops := make(chan os.Signal, 1)
	signal.Notify(stops, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	handler := routes()
	for live(handler, stops) == syscall.SIGHUP {
	}
}

// One life of both servers; the signal that ended it.
func live(handler http.Handler, stops <-chan os.Signal) os.Signal {
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
	return asked
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
