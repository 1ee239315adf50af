package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"log"
	"os"
	"sync"
	"time"

	"github.com/hashicorp/yamux"
)

const writeBytes = 64 * 1024

// bench serves a benchmark's streams, or, as client, runs the exercises named on standard input:
// "up|down|echo|opens <streams> <milliseconds>", one answer line each.
func bench(session *yamux.Session, o options) {
	if o.role == "server" {
		acceptAll(session, o, serveBench)
		return
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var what string
		var streams, ms int
		if _, err := fmt.Sscan(lines.Text(), &what, &streams, &ms); err != nil {
			log.Fatalf("bench: %q: %v", lines.Text(), err)
		}
		report(map[string]float64{"rate": measure(session, what, streams, time.Duration(ms)*time.Millisecond)})
	}
}

// serveBench does what a stream's first byte asks for: up (count), down (send until reset) or echo.
func serveBench(stream *yamux.Stream) {
	kind := make([]byte, 1)
	if _, err := io.ReadFull(stream, kind); err != nil {
		return
	}
	switch kind[0] {
	case 'u':
		n, _ := io.Copy(io.Discard, stream)
		binary.Write(stream, binary.BigEndian, uint64(n))
		stream.Close()
	case 'd':
		var request [8]byte
		if _, err := io.ReadFull(stream, request[:]); err != nil {
			return
		}
		buffer := make([]byte, writeBytes)
		deadline := time.Now().Add(time.Duration(binary.BigEndian.Uint64(request[:])) * time.Millisecond)
		for time.Now().Before(deadline) {
			if _, err := stream.Write(buffer); err != nil {
				return
			}
		}
		stream.Close()
	default:
		echo(stream)
	}
}

// measure returns MB/s for up and down, operations per second for echo and opens.
func measure(session *yamux.Session, what string, streams int, d time.Duration) float64 {
	exercise := map[string]func(*yamux.Session, time.Time) float64{
		"up": up, "down": down, "echo": echoLoop, "opens": opensLoop,
	}[what]
	start := time.Now()
	deadline := start.Add(d)
	var all sync.WaitGroup
	var mu sync.Mutex
	total := 0.0
	for range streams {
		all.Add(1)
		go func() {
			defer all.Done()
			n := exercise(session, deadline)
			mu.Lock()
			total += n
			mu.Unlock()
		}()
	}
	all.Wait()
	return total / time.Since(start).Seconds()
}

func begin(session *yamux.Session, kind string) *yamux.Stream {
	stream, err := session.OpenStream()
	if err == nil {
		_, err = stream.Write([]byte(kind))
	}
	if err != nil {
		log.Fatal(err)
	}
	return stream
}

func up(session *yamux.Session, deadline time.Time) float64 {
	stream := begin(session, "u")
	buffer := make([]byte, writeBytes)
	for time.Now().Before(deadline) {
		if _, err := stream.Write(buffer); err != nil {
			log.Fatal(err)
		}
	}
	stream.Close()
	var n uint64
	binary.Read(stream, binary.BigEndian, &n)
	return float64(n) / 1e6
}

func down(session *yamux.Session, deadline time.Time) float64 {
	stream := begin(session, "d")
	binary.Write(stream, binary.BigEndian, uint64(time.Until(deadline).Milliseconds()))
	n, _ := io.Copy(io.Discard, stream)
	stream.Close()
	return float64(n) / 1e6
}

func echoLoop(session *yamux.Session, deadline time.Time) float64 {
	stream := begin(session, "e")
	defer stream.Close()
	message := make([]byte, 128)
	n := 0.0
	for ; time.Now().Before(deadline); n++ {
		if _, err := stream.Write(message); err != nil {
			log.Fatal(err)
		}
		if _, err := io.ReadFull(stream, message); err != nil {
			log.Fatal(err)
		}
	}
	return n
}

func opensLoop(session *yamux.Session, deadline time.Time) float64 {
	n := 0.0
	for ; time.Now().Before(deadline); n++ {
		stream := begin(session, "e")
		stream.Close()
		io.Copy(io.Discard, stream)
	}
	return n
}
