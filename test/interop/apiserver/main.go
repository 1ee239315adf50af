// Command apiserver answers what a Kubernetes API server would, by running the server's own code.
//
//	apiserver objects FOLDER    creates objects of the CRDs of a folder: first prints what CRD validation says of each
//	                            CRD and an empty line, then an answer for each object it reads
//	apiserver expressions       evaluates CEL expressions in the environment that CRDs' rules have
//
// Objects and expressions come one a line, in JSON; so do the answers.
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"os"
)

func main() {
	log.SetFlags(0)
	switch {
	case len(os.Args) == 3 && os.Args[1] == "objects":
		kinds, verdicts := load(os.Args[2])
		answer(verdicts, kinds.create)
	case len(os.Args) == 2 && os.Args[1] == "expressions":
		answer(nil, newEvaluator().evaluate)
	default:
		log.Fatal("usage: apiserver objects FOLDER-OF-CRDS | apiserver expressions")
	}
}

func answer[T any](head []crdVerdict, toLine func(line []byte) T) {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for _, verdict := range head {
		must(encoder.Encode(verdict))
	}
	must(out.WriteByte('\n'))
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 64<<20)
	for in.Scan() {
		must(encoder.Encode(toLine(in.Bytes())))
	}
	must(in.Err())
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
