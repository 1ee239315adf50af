package main

import (
	"context"
	"os"
	"path/filepath"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	crdv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	crdvalidation "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	structuraldefaulting "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	schemavalidation "k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apiextensions-apiserver/pkg/registry/customresource"
	"k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition"
	"k8s.io/apimachinery/pkg/runtime/schema"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/registry/rest"
	"sigs.k8s.io/yaml"
)

// resource is one served version of a kind, as crdHandler sets it up.
type resource struct {
	kind       schema.GroupVersionKind
	structural *structuralschema.Structural
	strategy   rest.RESTCreateStrategy
	rules      *cel.Validator
}

type kinds map[schema.GroupVersionKind]resource

// crdVerdict is what creating the CRD itself would be answered.
type crdVerdict struct {
	CRD      string   `json:"crd"`
	Errors   []cause  `json:"errors"`
	Warnings []string `json:"warnings"`
}

func load(folder string) (kinds, []crdVerdict) {
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	must(err)
	known := kinds{}
	var verdicts []crdVerdict
	for _, file := range files {
		crd := read(file)
		verdict := crdVerdict{CRD: crd.Name, Errors: []cause{}, Warnings: []string{}}
		for _, found := range crdvalidation.ValidateCustomResourceDefinition(context.Background(), crd) {
			verdict.Errors = append(verdict.Errors, toCause(found))
		}
		strategy := customresourcedefinition.NewStrategy(nil)
		verdict.Warnings = append(verdict.Warnings, strategy.WarningsOnCreate(context.Background(), crd)...)
		verdicts = append(verdicts, verdict)
		for _, version := range crd.Spec.Versions {
			served := serve(crd, version)
			known[served.kind] = served
		}
	}
	return known, verdicts
}

func read(file string) *apiextensions.CustomResourceDefinition {
	text, err := os.ReadFile(file)
	must(err)
	var external crdv1.CustomResourceDefinition
	must(yaml.UnmarshalStrict(text, &external))
	crdv1.SetDefaults_CustomResourceDefinition(&external)
	crdv1.SetDefaults_CustomResourceDefinitionSpec(&external.Spec)
	external.Status.StoredVersions = []string{external.Spec.Versions[0].Name}
	var crd apiextensions.CustomResourceDefinition
	must(crdv1.Convert_v1_CustomResourceDefinition_To_apiextensions_CustomResourceDefinition(&external, &crd, nil))
	return &crd
}

func serve(crd *apiextensions.CustomResourceDefinition, version apiextensions.CustomResourceDefinitionVersion) resource {
	kind := schema.GroupVersionKind{Group: crd.Spec.Group, Version: version.Name, Kind: crd.Spec.Names.Kind}
	// Conversion to the internal version moves what all versions share up into the spec.
	validation, subresources := crd.Spec.Validation, crd.Spec.Subresources
	if version.Schema != nil {
		validation = version.Schema
	}
	if version.Subresources != nil {
		subresources = version.Subresources
	}
	structural, err := structuralschema.NewStructural(validation.OpenAPIV3Schema)
	must(err)
	must(structuraldefaulting.PruneDefaults(structural))
	validator, _, err := schemavalidation.NewSchemaValidator(validation.OpenAPIV3Schema)
	must(err)
	var status *apiextensions.CustomResourceSubresourceStatus
	if subresources != nil {
		status = subresources.Status
	}
	isNamespaced := crd.Spec.Scope == apiextensions.NamespaceScoped
	strategy := customresource.NewStrategy(typer{}, isNamespaced, kind, validator, nil, structural, status, nil, nil)
	rules := cel.NewValidator(structural, true, celconfig.PerCallLimit)
	return resource{kind: kind, structural: structural, strategy: strategy, rules: rules}
}
