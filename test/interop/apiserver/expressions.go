package main

import (
	"encoding/json"
	"reflect"

	"github.com/google/cel-go/cel"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"
	"k8s.io/apiserver/pkg/cel/environment"
)

// value is what an expression gives, or why it gives nothing.
type value struct {
	Value json.RawMessage `json:"value,omitempty"`
	Error string          `json:"error,omitempty"`
}

type evaluator struct{ env *cel.Env }

func newEvaluator() evaluator {
	env, err := environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()).Env(environment.NewExpressions)
	must(err)
	return evaluator{env}
}

func (e evaluator) evaluate(line []byte) value {
	var expression string
	must(json.Unmarshal(line, &expression))
	tree, issues := e.env.Compile(expression)
	if issues.Err() != nil {
		return value{Error: issues.Err().Error()}
	}
	program, err := e.env.Program(tree)
	if err != nil {
		return value{Error: err.Error()}
	}
	result, _, err := program.Eval(map[string]any{})
	if err != nil {
		return value{Error: err.Error()}
	}
	native, err := result.ConvertToNative(reflect.TypeFor[*structpb.Value]())
	if err != nil {
		return value{Error: err.Error()}
	}
	text, err := protojson.Marshal(native.(*structpb.Value))
	must(err)
	return value{Value: text}
}
