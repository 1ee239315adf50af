// Package ext replaces the extension point that Traefik's go.mod replaces by a
// local folder, which its module archive does not contain. It adds no field to
// the dynamic configuration.
package ext

// HTTP extends the HTTP section with nothing.
type HTTP struct{}

// DeepCopyInto copies nothing.
func (in *HTTP) DeepCopyInto(out *HTTP) { *out = *in }

// Router extends a router with nothing.
type Router struct{}

// DeepCopyInto copies nothing.
func (in *Router) DeepCopyInto(out *Router) { *out = *in }
