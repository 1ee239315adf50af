// Command interop is hashicorp/yamux over gorilla/websocket as the peer of Portolan's tunnel: it echoes or drives
// streams in either role, pipes raw public connections to a TCP address, and is the Go side of the benchmark.
package main

import (
	"encoding/json"
	"flag"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/gorilla/websocket"
	"github.com/hashicorp/yamux"
)

type options struct {
	role, url, token, subprotocol, do, to string
	windowBytes, bytes, streams, backlog  int
	bufferBytes                           int
	keepAlive, writeTimeout, acceptDelay  time.Duration
	streamCloseTimeout, streamOpenTimeout time.Duration
}

func parseOptions() options {
	var o options
	flag.StringVar(&o.role, "role", "client", "yamux role: client dials -url, server listens and prints its port")
	flag.StringVar(&o.url, "url", "", "tunnel to dial")
	flag.StringVar(&o.token, "token", "", "bearer token")
	flag.StringVar(&o.subprotocol, "subprotocol", "", "WebSocket subprotocol to offer; none means raw streams")
	flag.StringVar(&o.do, "do", "echo", "echo | drive | goaway | dial-raw | bench")
	flag.StringVar(&o.to, "to", "", "TCP address that -do dial-raw joins each accepted stream with")
	flag.IntVar(&o.windowBytes, "window", 256*1024, "maximum stream window")
	flag.IntVar(&o.bytes, "bytes", 50<<20, "bytes each way that drive sends on its large stream")
	flag.IntVar(&o.streams, "streams", 1000, "streams that drive opens at once")
	flag.IntVar(&o.backlog, "backlog", 256, "accept backlog")
	flag.IntVar(&o.bufferBytes, "buffer", 128*1024, "WebSocket buffers; gorilla's own default is 4096")
	flag.DurationVar(&o.keepAlive, "keepalive", 30*time.Second, "keep-alive interval")
	flag.DurationVar(&o.writeTimeout, "write-timeout", 10*time.Second, "connection write timeout")
	flag.DurationVar(&o.acceptDelay, "accept-delay", 0, "pause before each accept")
	flag.DurationVar(&o.streamCloseTimeout, "close-timeout", 5*time.Minute, "half-close timeout")
	flag.DurationVar(&o.streamOpenTimeout, "open-timeout", 75*time.Second, "open timeout")
	flag.Parse()
	return o
}

func (o options) config() *yamux.Config {
	config := yamux.DefaultConfig()
	config.MaxStreamWindowSize = uint32(o.windowBytes)
	config.AcceptBacklog = o.backlog
	config.KeepAliveInterval = o.keepAlive
	config.ConnectionWriteTimeout = o.writeTimeout
	config.StreamCloseTimeout = o.streamCloseTimeout
	config.StreamOpenTimeout = o.streamOpenTimeout
	config.LogOutput = os.Stderr
	return config
}

func report(value any) {
	line, err := json.Marshal(value)
	if err != nil {
		log.Fatal(err)
	}
	os.Stdout.Write(append(line, '\n'))
}

func main() {
	o := parseOptions()
	log.SetFlags(0)
	if o.role == "client" {
		session := dial(o)
		report(map[string]bool{"connected": true})
		run(session, o)
		return
	}
	serve(o)
}

func dial(o options) *yamux.Session {
	dialer := websocket.Dialer{
		Proxy:            http.ProxyFromEnvironment,
		HandshakeTimeout: 10 * time.Second,
		ReadBufferSize:   o.bufferBytes,
		WriteBufferSize:  o.bufferBytes,
	}
	if o.subprotocol != "" {
		dialer.Subprotocols = []string{o.subprotocol}
	}
	conn, response, err := dialer.Dial(o.url, http.Header{"Authorization": {"Bearer " + o.token}})
	if err != nil {
		reason := ""
		if response != nil {
			body, _ := io.ReadAll(io.LimitReader(response.Body, 1024))
			reason = response.Status + " " + string(body)
		}
		log.Fatalf("dial: %v %s", err, reason)
	}
	session, err := yamux.Client(&wsConn{Conn: conn}, o.config())
	if err != nil {
		log.Fatal(err)
	}
	return session
}

// serve takes any number of sessions for the benchmark, and else exactly one, whose end is the program's.
func serve(o options) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	upgrader := websocket.Upgrader{ReadBufferSize: o.bufferBytes, WriteBufferSize: o.bufferBytes}
	done := make(chan struct{})
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		session, err := yamux.Server(&wsConn{Conn: conn}, o.config())
		if err != nil {
			log.Fatal(err)
		}
		run(session, o)
		if o.do != "bench" {
			close(done)
		}
	})
	go func() { log.Fatal(http.Serve(listener, handler)) }()
	report(map[string]int{"port": listener.Addr().(*net.TCPAddr).Port})
	<-done
}

func run(session *yamux.Session, o options) {
	switch o.do {
	case "echo":
		acceptAll(session, o, echo)
	case "drive":
		report(drive(session, o))
		session.Close()
	case "goaway":
		goAwayOnFirstStream(session, o)
	case "dial-raw":
		acceptAll(session, o, func(stream *yamux.Stream) { pipe(stream, o.to) })
	case "bench":
		bench(session, o)
	default:
		log.Fatalf("unknown -do %q", o.do)
	}
}
