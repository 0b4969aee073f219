// gin HTTP_ADDRESS
//
// An HTTP server with Gin, stopped as Gin's examples do (graceful-shutdown): http.Server.Shutdown
// with a deadline, and Close for what is left then.
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

	"github.com/gin-gonic/gin"
)

const (
	largeBytes    = 16 * 1024 * 1024
	delay         = 200 * time.Millisecond
	drainDeadline = time.Second
)

func routes() http.Handler {
	large := bytes.Repeat([]byte("x"), largeBytes)
	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	router.Use(gin.Recovery())
	router.GET("/small", func(c *gin.Context) { c.String(http.StatusOK, "hello world\n") })
	router.GET("/large", func(c *gin.Context) { c.Data(http.StatusOK, "text/plain", large) })
	router.GET("/delayed", func(c *gin.Context) {
		time.Sleep(delay)
		c.String(http.StatusOK, "hello later\n")
	})
	router.POST("/upload", func(c *gin.Context) {
		if _, err := io.Copy(io.Discard, c.Request.Body); err != nil {
			c.String(http.StatusBadRequest, "half a body\n")
			return
		}
		c.String(http.StatusOK, "thanks\n")
	})
	return router
}

func main() {
	stops := make(chan os.Signal, 1)
	signal.Notify(stops, syscall.SIGTERM, syscall.SIGINT)

	server := &http.Server{Addr: os.Args[1], Handler: routes()}
	failures := make(chan error, 1)
	go func() { failures <- server.ListenAndServe() }()

	select {
	case err := <-failures:
		log.Fatal(err)
	case asked := <-stops:
		stop(server, asked)
	}
}

// SIGTERM is graceful, SIGINT is fast.
func stop(server *http.Server, asked os.Signal) {
	if asked == syscall.SIGTERM {
		ctx, cancel := context.WithTimeout(context.Background(), drainDeadline)
		defer cancel()
		if server.Shutdown(ctx) == nil {
			return
		}
	}
	server.Close()
}
