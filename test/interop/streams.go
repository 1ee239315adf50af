package main

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/hashicorp/yamux"
)

func acceptAll(session *yamux.Session, o options, handle func(*yamux.Stream)) {
	for {
		time.Sleep(o.acceptDelay)
		stream, err := session.AcceptStream()
		if err != nil {
			return
		}
		go handle(stream)
	}
}

// echo answers with what it reads and half-closes after the peer has.
func echo(stream *yamux.Stream) {
	io.Copy(stream, stream)
	stream.Close()
}

// goAwayOnFirstStream tells the peer to open nothing more and then serves the stream it has, which must go on.
func goAwayOnFirstStream(session *yamux.Session, o options) {
	stream, err := session.AcceptStream()
	if err != nil {
		return
	}
	session.GoAway()
	echo(stream)
	<-session.CloseChan()
}

// pipe joins a stream that carries the raw bytes of one public connection with a TCP address.
func pipe(stream *yamux.Stream, to string) {
	conn, err := net.Dial("tcp", to)
	if err != nil {
		stream.Close()
		return
	}
	var both sync.WaitGroup
	both.Add(2)
	go func() {
		io.Copy(conn, stream)
		conn.(*net.TCPConn).CloseWrite()
		both.Done()
	}()
	go func() {
		io.Copy(stream, conn)
		stream.Close()
		both.Done()
	}()
	both.Wait()
	conn.Close()
}

type driven struct {
	Large      string `json:"large"`
	HalfClose  string `json:"halfClose"`
	Streams    string `json:"streams"`
	PingMs     string `json:"ping"`
	StreamsBad int    `json:"streamsBad"`
}

// drive opens streams to a peer that echoes, and says for each exercise "ok" or what went wrong.
func drive(session *yamux.Session, o options) driven {
	result := driven{Large: "ok", HalfClose: "ok", Streams: "ok", PingMs: "ok"}
	if err := echoOf(session, o.bytes); err != nil {
		result.Large = err.Error()
	}
	if err := halfClose(session); err != nil {
		result.HalfClose = err.Error()
	}
	if _, err := session.Ping(); err != nil {
		result.PingMs = err.Error()
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	for range o.streams {
		all.Add(1)
		go func() {
			defer all.Done()
			if err := echoOf(session, 64*1024); err != nil {
				mu.Lock()
				result.StreamsBad++
				result.Streams = err.Error()
				mu.Unlock()
			}
		}()
	}
	all.Wait()
	return result
}

func echoOf(session *yamux.Session, size int) error {
	stream, err := session.OpenStream()
	if err != nil {
		return err
	}
	body := make([]byte, size)
	rand.Read(body)
	failed := make(chan error, 1)
	go func() {
		_, err := stream.Write(body)
		stream.Close()
		failed <- err
	}()
	hash := sha256.New()
	n, err := io.Copy(hash, stream)
	if err != nil {
		return err
	}
	if err := <-failed; err != nil {
		return err
	}
	want := sha256.Sum256(body)
	if int(n) != size || !bytes.Equal(hash.Sum(nil), want[:]) {
		return fmt.Errorf("%d of %d bytes, hash differs", n, size)
	}
	return nil
}

// halfClose ends its direction first: the whole answer must still come.
func halfClose(session *yamux.Session) error {
	stream, err := session.OpenStream()
	if err != nil {
		return err
	}
	if _, err := stream.Write([]byte("question")); err != nil {
		return err
	}
	stream.Close()
	answer, err := io.ReadAll(stream)
	if err == nil && string(answer) != "question" {
		err = fmt.Errorf("half-closed stream answered %q", answer)
	}
	return err
}
