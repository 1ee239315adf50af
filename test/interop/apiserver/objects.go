package main

import (
	"context"
	"errors"
	"fmt"

	structuraldefaulting "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	structuralpruning "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
)

// cause is one error as a Status carries it in details.causes.
type cause struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// verdict is what the API server makes of an object. Rules are the errors of its CEL rules alone, which the server
// leaves unchecked while types and sizes are wrong. Refused says why an object could not even be read.
type verdict struct {
	Object  map[string]any `json:"object"`
	Errors  []cause        `json:"errors"`
	Rules   []cause        `json:"rules"`
	Refused string         `json:"refused,omitempty"`
}

func toCause(err *field.Error) cause {
	return cause{Field: err.Field, Message: err.ErrorBody()}
}

// create does what POST does between the request's body and the storage: decode, coerce, prune, default, validate.
func (k kinds) create(text []byte) verdict {
	result := verdict{Errors: []cause{}, Rules: []cause{}}
	decoded, _, err := unstructured.UnstructuredJSONScheme.Decode(text, nil, nil)
	if err != nil {
		result.Refused = err.Error()
		return result
	}
	object, isObject := decoded.(*unstructured.Unstructured)
	if !isObject {
		result.Refused = fmt.Sprintf("not an object but a %T", decoded)
		return result
	}
	served, isKnown := k[object.GroupVersionKind()]
	if !isKnown {
		result.Refused = "no such kind"
		return result
	}
	if err := served.coerce(object); err != nil {
		result.Refused = err.Error()
		return result
	}
	structuraldefaulting.Default(object.Object, served.structural)
	served.validate(object, &result)
	result.Object = object.Object
	return result
}

// coerce is unstructuredSchemaCoercer.apply of customresource_handler.go, which is not exported.
func (r resource) coerce(object *unstructured.Unstructured) error {
	meta, hasMeta, err := objectmeta.GetObjectMeta(object.Object, false)
	if err != nil {
		return err
	}
	structuralpruning.Prune(object.Object, r.structural, true)
	structuraldefaulting.PruneNonNullableNullsWithoutDefaults(object.Object, r.structural)
	if err := objectmeta.Coerce(nil, object.Object, r.structural, false, false); err != nil {
		return err
	}
	object.SetGroupVersionKind(r.kind)
	if hasMeta {
		return objectmeta.SetObjectMeta(object.Object, meta)
	}
	return nil
}

func (r resource) validate(object *unstructured.Unstructured, result *verdict) {
	rest.WipeObjectMetaSystemFields(object)
	rest.FillObjectMetaSystemFields(object)
	namespace := ""
	if r.strategy.NamespaceScoped() {
		namespace = object.GetNamespace()
	}
	ctx := request.WithNamespace(context.Background(), namespace)
	err := rest.BeforeCreate(r.strategy, ctx, object)
	var status apierrors.APIStatus
	switch {
	case err == nil:
	case errors.As(err, &status) && status.Status().Details != nil:
		for _, found := range status.Status().Details.Causes {
			result.Errors = append(result.Errors, cause{Field: found.Field, Message: found.Message})
		}
	default:
		result.Refused = err.Error()
	}
	if r.rules == nil {
		return
	}
	found, _ := r.rules.Validate(ctx, nil, r.structural, object.Object, nil, celconfig.RuntimeCELCostBudget)
	for _, err := range found {
		result.Rules = append(result.Rules, toCause(err))
	}
}

// typer names the kind of unstructured objects by what they say themselves.
type typer struct{}

func (typer) ObjectKinds(object runtime.Object) ([]schema.GroupVersionKind, bool, error) {
	return []schema.GroupVersionKind{object.GetObjectKind().GroupVersionKind()}, false, nil
}

func (typer) Recognizes(schema.GroupVersionKind) bool { return true }
