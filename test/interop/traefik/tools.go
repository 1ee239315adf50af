// Package tools gives the module a package; what it builds is the tool line of go.mod.
package tools
