// Generated from crds/v2/*.yaml by `npm run gen`. Do not edit.
import type { CustomResourceDefinition } from '../crds/custom-resource-definition.ts';

export const v2Crds: readonly CustomResourceDefinition[] = [
{
 "apiVersion": "apiextensions.k8s.io/v1",
 "kind": "CustomResourceDefinition",
 "metadata": {
  "name": "accesscontrolpolicies.hub.traefik.io"
 },
 "spec": {
  "group": "hub.traefik.io",
  "scope": "Cluster",
  "names": {
   "kind": "AccessControlPolicy",
   "listKind": "AccessControlPolicyList",
   "plural": "accesscontrolpolicies",
   "singular": "accesscontrolpolicy"
  },
  "versions": [
   {
    "name": "v1alpha1",
    "served": true,
    "storage": true,
    "schema": {
     "openAPIV3Schema": {
      "description": "AccessControlPolicy says how callers of an Ingress or IngressRoute prove who they are. It applies where the annotation hub.traefik.io/access-control-policy names it.",
      "type": "object",
      "properties": {
       "apiVersion": {
        "description": "Version of the schema this object is written in: hub.traefik.io/v1alpha1.",
        "type": "string"
       },
       "kind": {
        "description": "Kind of this object: AccessControlPolicy.",
        "type": "string"
       },
       "metadata": {
        "type": "object"
       },
       "spec": {
        "description": "How callers prove who they are. Exactly one of the methods should be set; when several are, the first of jwt, basicAuth, apiKey, oidc, oidcGoogle, oAuthIntro counts.",
        "type": "object",
        "properties": {
         "apiKey": {
          "description": "Callers present an API key that is listed here.",
          "type": "object",
          "required": [
           "keySource"
          ],
          "properties": {
           "forwardHeaders": {
            "description": "Headers to send to the upstream, each with the metadata key its value is taken from.",
            "type": "object",
            "additionalProperties": {
             "type": "string"
            }
           },
           "keys": {
            "description": "Keys that are accepted.",
            "type": "array",
            "items": {
             "description": "An accepted key.",
             "type": "object",
             "required": [
              "id",
              "value"
             ],
             "properties": {
              "id": {
               "description": "Name of the key, unique in the policy.",
               "type": "string"
              },
              "metadata": {
               "description": "Facts about the owner of the key, which forwardHeaders can pass on.",
               "type": "object",
               "additionalProperties": {
                "type": "string"
               }
              },
              "value": {
               "description": "Hash of the key: SHAKE-256 with 64 bytes of output, in hexadecimal.",
               "type": "string"
              }
             }
            }
           },
           "keySource": {
            "description": "Where in the request the key is.",
            "type": "object",
            "properties": {
             "cookie": {
              "description": "Name of a cookie that holds the token.",
              "type": "string"
             },
             "header": {
              "description": "Name of a request header that holds the token. Looked at first.",
              "type": "string"
             },
             "headerAuthScheme": {
              "description": "Scheme that must precede the token in the Authorization header, such as Bearer.",
              "type": "string"
             },
             "query": {
              "description": "Name of a query parameter that holds the token. Looked at after the header.",
              "type": "string"
             }
            }
           }
          }
         },
         "basicAuth": {
          "description": "Callers present a user name and a password (HTTP basic authentication).",
          "type": "object",
          "properties": {
           "forwardUsernameHeader": {
            "description": "Header to send the user name to the upstream in.",
            "type": "string"
           },
           "realm": {
            "description": "Realm named in the challenge. Defaults to hub.",
            "type": "string"
           },
           "stripAuthorizationHeader": {
            "description": "Remove the Authorization header before the request is forwarded.",
            "type": "boolean"
           },
           "users": {
            "description": "Users as name:hash, the hash as htpasswd writes it.",
            "type": "array",
            "items": {
             "type": "string"
            }
           }
          }
         },
         "jwt": {
          "description": "Callers present a signed JSON Web Token.",
          "type": "object",
          "properties": {
           "claims": {
            "description": "Expression the claims of the token must satisfy, such as Equals(`group`, `admin`).",
            "type": "string"
           },
           "forwardHeaders": {
            "description": "Headers to send to the upstream, each with the claim its value is taken from.",
            "type": "object",
            "additionalProperties": {
             "type": "string"
            }
           },
           "jwksFile": {
            "description": "JSON Web Key Set to verify signatures with: its text, or the path of a file.",
            "type": "string"
           },
           "jwksUrl": {
            "description": "URL of the JSON Web Key Set to verify signatures with; a path alone is taken relative to the issuer, which `claims` must then insist on.",
            "type": "string"
           },
           "publicKey": {
            "description": "Public key to verify signatures with, in PEM.",
            "type": "string"
           },
           "signingSecret": {
            "description": "Secret to verify HMAC signatures with.",
            "type": "string"
           },
           "signingSecretBase64Encoded": {
            "description": "The signing secret is base64-encoded.",
            "type": "boolean"
           },
           "stripAuthorizationHeader": {
            "description": "Remove the Authorization header before the request is forwarded.",
            "type": "boolean"
           },
           "tokenQueryKey": {
            "description": "Query parameter to look for the token in when there is no Authorization header. Defaults to jwt.",
            "type": "string"
           }
          }
         },
         "oAuthIntro": {
          "description": "Callers present a token that an authorization server confirms (OAuth 2.0 token introspection, RFC 7662).",
          "type": "object",
          "required": [
           "clientConfig",
           "tokenSource"
          ],
          "properties": {
           "claims": {
            "description": "Expression the claims of the token must satisfy, such as Equals(`group`, `admin`).",
            "type": "string"
           },
           "clientConfig": {
            "description": "How to reach the introspection endpoint.",
            "type": "object",
            "required": [
             "url"
            ],
            "properties": {
             "headers": {
              "description": "Headers of the introspection request; values may be templates over the incoming request.",
              "type": "object",
              "additionalProperties": {
               "type": "string"
              }
             },
             "maxRetries": {
              "description": "How often to try again when the server does not answer.",
              "type": "integer",
              "default": 3
             },
             "timeoutSeconds": {
              "description": "Seconds to wait for an answer.",
              "type": "integer",
              "default": 5
             },
             "tls": {
              "description": "TLS of the connection.",
              "type": "object",
              "properties": {
               "ca": {
                "description": "Certificate authorities to trust, in PEM.",
                "type": "string"
               },
               "insecureSkipVerify": {
                "description": "Accept any certificate. Not for production.",
                "type": "boolean"
               }
              }
             },
             "tokenTypeHint": {
              "description": "Hint about the type of the token, passed on to the server.",
              "type": "string"
             },
             "url": {
              "description": "URL of the introspection endpoint.",
              "type": "string"
             }
            }
           },
           "forwardHeaders": {
            "description": "Headers to send to the upstream, each with the claim its value is taken from.",
            "type": "object",
            "additionalProperties": {
             "type": "string"
            }
           },
           "tokenSource": {
            "description": "Where in the request the token is.",
            "type": "object",
            "properties": {
             "cookie": {
              "description": "Name of a cookie that holds the token.",
              "type": "string"
             },
             "header": {
              "description": "Name of a request header that holds the token. Looked at first.",
              "type": "string"
             },
             "headerAuthScheme": {
              "description": "Scheme that must precede the token in the Authorization header, such as Bearer.",
              "type": "string"
             },
             "query": {
              "description": "Name of a query parameter that holds the token. Looked at after the header.",
              "type": "string"
             }
            }
           }
          }
         },
         "oidc": {
          "description": "Callers sign in at an OpenID Connect provider.",
          "type": "object",
          "properties": {
           "authParams": {
            "description": "Further parameters to add to the authorization request.",
            "type": "object",
            "additionalProperties": {
             "type": "string"
            }
           },
           "clientId": {
            "description": "Client ID given by the identity provider.",
            "type": "string"
           },
           "disableAuthRedirectionPaths": {
            "description": "Paths that answer 401 instead of redirecting to the sign-in page.",
            "type": "array",
            "items": {
             "type": "string"
            }
           },
           "forwardHeaders": {
            "description": "Headers to send to the upstream, each with the claim its value is taken from.",
            "type": "object",
            "additionalProperties": {
             "type": "string"
            }
           },
           "logoutUrl": {
            "description": "Path or URL that ends the session.",
            "type": "string"
           },
           "redirectUrl": {
            "description": "Path or URL the identity provider returns to after sign-in. Defaults to /callback.",
            "type": "string"
           },
           "secret": {
            "description": "Secret that holds the client secret, under the key clientSecret.",
            "type": "object",
            "required": [
             "name"
            ],
            "properties": {
             "name": {
              "description": "Name of the Secret.",
              "type": "string"
             },
             "namespace": {
              "description": "Namespace of the Secret.",
              "type": "string"
             }
            }
           },
           "session": {
            "description": "Cookie that keeps the session.",
            "type": "object",
            "properties": {
             "domain": {
              "description": "Domain the cookie is valid for.",
              "type": "string"
             },
             "path": {
              "description": "Path the cookie is valid for.",
              "type": "string"
             },
             "sameSite": {
              "description": "SameSite attribute of the cookie: default, none, lax or strict.",
              "type": "string"
             },
             "secure": {
              "description": "Send the cookie over HTTPS alone.",
              "type": "boolean"
             },
             "refresh": {
              "description": "Renew the session while it is used.",
              "type": "boolean",
              "default": true
             }
            }
           },
           "stateCookie": {
            "description": "Cookie that protects the sign-in itself.",
            "type": "object",
            "properties": {
             "domain": {
              "description": "Domain the cookie is valid for.",
              "type": "string"
             },
             "path": {
              "description": "Path the cookie is valid for.",
              "type": "string"
             },
             "sameSite": {
              "description": "SameSite attribute of the cookie: default, none, lax or strict.",
              "type": "string"
             },
             "secure": {
              "description": "Send the cookie over HTTPS alone.",
              "type": "boolean"
             }
            }
           },
           "claims": {
            "description": "Expression the claims of the token must satisfy, such as Equals(`group`, `admin`).",
            "type": "string"
           },
           "issuer": {
            "description": "URL of the identity provider.",
            "type": "string"
           },
           "scopes": {
            "description": "Scopes to ask for. Defaults to openid.",
            "type": "array",
            "items": {
             "type": "string"
            }
           }
          }
         },
         "oidcGoogle": {
          "description": "Callers sign in with a Google account.",
          "type": "object",
          "properties": {
           "authParams": {
            "description": "Further parameters to add to the authorization request.",
            "type": "object",
            "additionalProperties": {
             "type": "string"
            }
           },
           "clientId": {
            "description": "Client ID given by the identity provider.",
            "type": "string"
           },
           "disableAuthRedirectionPaths": {
            "description": "Paths that answer 401 instead of redirecting to the sign-in page.",
            "type": "array",
            "items": {
             "type": "string"
            }
           },
           "forwardHeaders": {
            "description": "Headers to send to the upstream, each with the claim its value is taken from.",
            "type": "object",
            "additionalProperties": {
             "type": "string"
            }
           },
           "logoutUrl": {
            "description": "Path or URL that ends the session.",
            "type": "string"
           },
           "redirectUrl": {
            "description": "Path or URL the identity provider returns to after sign-in. Defaults to /callback.",
            "type": "string"
           },
           "secret": {
            "description": "Secret that holds the client secret, under the key clientSecret.",
            "type": "object",
            "required": [
             "name"
            ],
            "properties": {
             "name": {
              "description": "Name of the Secret.",
              "type": "string"
             },
             "namespace": {
              "description": "Namespace of the Secret.",
              "type": "string"
             }
            }
           },
           "session": {
            "description": "Cookie that keeps the session.",
            "type": "object",
            "properties": {
             "domain": {
              "description": "Domain the cookie is valid for.",
              "type": "string"
             },
             "path": {
              "description": "Path the cookie is valid for.",
              "type": "string"
             },
             "sameSite": {
              "description": "SameSite attribute of the cookie: default, none, lax or strict.",
              "type": "string"
             },
             "secure": {
              "description": "Send the cookie over HTTPS alone.",
              "type": "boolean"
             },
             "refresh": {
              "description": "Renew the session while it is used.",
              "type": "boolean",
              "default": true
             }
            }
           },
           "stateCookie": {
            "description": "Cookie that protects the sign-in itself.",
            "type": "object",
            "properties": {
             "domain": {
              "description": "Domain the cookie is valid for.",
              "type": "string"
             },
             "path": {
              "description": "Path the cookie is valid for.",
              "type": "string"
             },
             "sameSite": {
              "description": "SameSite attribute of the cookie: default, none, lax or strict.",
              "type": "string"
             },
             "secure": {
              "description": "Send the cookie over HTTPS alone.",
              "type": "boolean"
             }
            }
           },
           "emails": {
            "description": "E-mail addresses that are let in.",
            "type": "array",
            "minItems": 1,
            "items": {
             "type": "string"
            }
           }
          }
         }
        }
       },
       "status": {
        "description": "What the platform last reported about this object. Written by Portolan.",
        "type": "object",
        "properties": {
         "version": {
          "description": "Version of the object on the platform.",
          "type": "string"
         },
         "syncedAt": {
          "description": "Time of the last synchronisation with the platform.",
          "type": "string",
          "format": "date-time"
         },
         "specHash": {
          "description": "Hash of the synchronised content, to tell whether it has changed since.",
          "type": "string"
         }
        }
       }
      }
     }
    }
   }
  ]
 }
},
{
 "apiVersion": "apiextensions.k8s.io/v1",
 "kind": "CustomResourceDefinition",
 "metadata": {
  "name": "apis.hub.traefik.io"
 },
 "spec": {
  "group": "hub.traefik.io",
  "scope": "Namespaced",
  "names": {
   "kind": "API",
   "listKind": "APIList",
   "plural": "apis",
   "singular": "api"
  },
  "versions": [
   {
    "name": "v1alpha1",
    "served": true,
    "storage": true,
    "additionalPrinterColumns": [
     {
      "name": "PathPrefix",
      "type": "string",
      "jsonPath": ".spec.pathPrefix"
     },
     {
      "name": "ServiceName",
      "type": "string",
      "jsonPath": ".spec.service.name"
     },
     {
      "name": "ServicePort",
      "type": "string",
      "jsonPath": ".spec.service.port.number"
     },
     {
      "name": "CurrentVersion",
      "type": "string",
      "jsonPath": ".spec.currentVersion"
     }
    ],
    "subresources": {},
    "schema": {
     "openAPIV3Schema": {
      "description": "API is an HTTP API that a Service offers, under a path prefix. Who may call it is said by APIAccess.",
      "type": "object",
      "required": [
       "spec"
      ],
      "properties": {
       "apiVersion": {
        "description": "Version of the schema this object is written in: hub.traefik.io/v1alpha1.",
        "type": "string"
       },
       "kind": {
        "description": "Kind of this object: API.",
        "type": "string"
       },
       "metadata": {
        "type": "object"
       },
       "spec": {
        "description": "The API: either one Service, or the name of its current version.",
        "type": "object",
        "required": [
         "pathPrefix"
        ],
        "properties": {
         "cors": {
          "description": "Cross-origin resource sharing: which web pages of other origins may call.",
          "type": "object",
          "properties": {
           "allowCredentials": {
            "description": "Let browsers send credentials.",
            "type": "boolean"
           },
           "allowHeaders": {
            "description": "Request headers that are allowed.",
            "type": "array",
            "items": {
             "type": "string"
            }
           },
           "allowMethods": {
            "description": "Methods that are allowed.",
            "type": "array",
            "items": {
             "type": "string"
            }
           },
           "allowOriginList": {
            "description": "Origins that are allowed.",
            "type": "array",
            "items": {
             "type": "string"
            }
           },
           "allowOriginListRegex": {
            "description": "Regular expressions of origins that are allowed.",
            "type": "array",
            "items": {
             "type": "string"
            }
           },
           "exposeHeaders": {
            "description": "Response headers that scripts may read.",
            "type": "array",
            "items": {
             "type": "string"
            }
           },
           "maxAge": {
            "description": "Seconds a browser may keep the answer to a preflight request.",
            "type": "integer",
            "format": "int64"
           }
          }
         },
         "currentVersion": {
          "description": "Name of the APIVersion shown by default. Set, it makes the API a versioned one; the Services are then named by its versions.",
          "type": "string"
         },
         "headers": {
          "description": "Changes to headers.",
          "type": "object",
          "properties": {
           "request": {
            "description": "Changes to the headers of requests.",
            "type": "object",
            "properties": {
             "delete": {
              "description": "Headers to remove.",
              "type": "array",
              "items": {
               "type": "string"
              }
             },
             "set": {
              "description": "Headers to set, with their values.",
              "type": "object",
              "additionalProperties": {
               "type": "string"
              }
             }
            }
           },
           "response": {
            "description": "Changes to the headers of responses.",
            "type": "object",
            "properties": {
             "delete": {
              "description": "Headers to remove.",
              "type": "array",
              "items": {
               "type": "string"
              }
             },
             "set": {
              "description": "Headers to set, with their values.",
              "type": "object",
              "additionalProperties": {
               "type": "string"
              }
             }
            }
           }
          }
         },
         "pathPrefix": {
          "description": "Path under which the API is reached, after the domain and the prefix of its collection, if any.",
          "type": "string",
          "maxLength": 255,
          "x-kubernetes-validations": [
           {
            "rule": "self.startsWith('/')",
            "message": "must start with a '/'"
           },
           {
            "rule": "!self.matches(r\"\"\"(/\\.\\./)|(/\\.\\.$)\"\"\")",
            "message": "cannot contains '../'"
           }
          ]
         },
         "service": {
          "description": "Service that answers requests.",
          "type": "object",
          "required": [
           "name",
           "port"
          ],
          "properties": {
           "name": {
            "description": "Name of the Service, in the namespace of this object.",
            "type": "string"
           },
           "openApiSpec": {
            "description": "Where the OpenAPI document is.",
            "type": "object",
            "properties": {
             "operationSets": {
              "description": "Named sets of operations, for operation filters to refer to.",
              "type": "array",
              "maxItems": 100,
              "items": {
               "description": "A named set of operations.",
               "type": "object",
               "required": [
                "name",
                "matchers"
               ],
               "properties": {
                "name": {
                 "description": "Name of the set, as operation filters refer to it.",
                 "type": "string",
                 "maxLength": 253
                },
                "matchers": {
                 "description": "Matchers of the set; an operation belongs to the set when any of them matches.",
                 "type": "array",
                 "minItems": 1,
                 "maxItems": 100,
                 "items": {
                  "description": "Matches operations of the OpenAPI document; the path condition and the methods must both hold.",
                  "type": "object",
                  "minProperties": 1,
                  "properties": {
                   "methods": {
                    "description": "HTTP methods to match. Absent, any method matches.",
                    "type": "array",
                    "maxItems": 10,
                    "items": {
                     "type": "string"
                    }
                   },
                   "path": {
                    "description": "Exact path of the operation, as the OpenAPI document writes it.",
                    "type": "string",
                    "maxLength": 255,
                    "x-kubernetes-validations": [
                     {
                      "rule": "self.startsWith('/')",
                      "message": "must start with a '/'"
                     },
                     {
                      "rule": "!self.matches(r\"\"\"(/\\.\\./)|(/\\.\\.$)\"\"\")",
                      "message": "cannot contains '../'"
                     }
                    ]
                   },
                   "pathPrefix": {
                    "description": "Beginning of the path of the operation.",
                    "type": "string",
                    "maxLength": 255,
                    "x-kubernetes-validations": [
                     {
                      "rule": "self.startsWith('/')",
                      "message": "must start with a '/'"
                     },
                     {
                      "rule": "!self.matches(r\"\"\"(/\\.\\./)|(/\\.\\.$)\"\"\")",
                      "message": "cannot contains '../'"
                     }
                    ]
                   },
                   "pathRegex": {
                    "description": "Regular expression (RE2 syntax) the path of the operation must match.",
                    "type": "string"
                   }
                  },
                  "x-kubernetes-validations": [
                   {
                    "rule": "[has(self.path), has(self.pathPrefix), has(self.pathRegex)].filter(x, x).size() <= 1",
                    "message": "path, pathPrefix and pathRegex are mutually exclusive"
                   }
                  ]
                 }
                }
               }
              }
             },
             "path": {
              "description": "Path of the document on the Service.",
              "type": "string",
              "maxLength": 255,
              "x-kubernetes-validations": [
               {
                "rule": "self.startsWith('/')",
                "message": "must start with a '/'"
               },
               {
                "rule": "!self.matches(r\"\"\"(/\\.\\./)|(/\\.\\.$)\"\"\")",
                "message": "cannot contains '../'"
               }
              ]
             },
             "url": {
              "description": "URL of the document, in YAML or JSON.",
              "type": "string",
              "x-kubernetes-validations": [
               {
                "rule": "isURL(self)",
                "message": "must be a valid URL"
               }
              ]
             }
            },
            "x-kubernetes-validations": [
             {
              "rule": "has(self.path) || has(self.url)",
              "message": "path or url must be defined"
             }
            ]
           },
           "port": {
            "description": "Port of the Service.",
            "type": "object",
            "properties": {
             "name": {
              "description": "Name of the port.",
              "type": "string"
             },
             "number": {
              "description": "Number of the port.",
              "type": "integer",
              "format": "int32"
             }
            },
            "x-kubernetes-validations": [
             {
              "rule": "has(self.name) || has(self.number)",
              "message": "name or number must be defined"
             }
            ]
           }
          }
         }
        },
        "x-kubernetes-validations": [
         {
          "rule": "has(self.currentVersion) || has(self.service)",
          "message": "currentVersion or service must be defined"
         },
         {
          "rule": "!(has(self.currentVersion) && has(self.service))",
          "message": "currentVersion and service are mutually exclusive"
         },
         {
          "rule": "!(has(self.currentVersion) && has(self.cors))",
          "message": "currentVersion and cors are mutually exclusive"
         },
         {
          "rule": "!(has(self.currentVersion) && has(self.headers))",
          "message": "currentVersion and headers are mutually exclusive"
         }
        ]
       },
       "status": {
        "description": "What the platform last reported about this object. Written by Portolan.",
        "type": "object",
        "properties": {
         "version": {
          "description": "Version of the object on the platform.",
          "type": "string"
         },
         "syncedAt": {
          "description": "Time of the last synchronisation with the platform.",
          "type": "string",
          "format": "date-time"
         },
         "hash": {
          "description": "Hash of the synchronised content, to tell whether it has changed since.",
          "type": "string"
         }
        }
       }
      }
     }
    }
   }
  ]
 }
},
{
 "apiVersion": "apiextensions.k8s.io/v1",
 "kind": "CustomResourceDefinition",
 "metadata": {
  "name": "apiaccesses.hub.traefik.io"
 },
 "spec": {
  "group": "hub.traefik.io",
  "scope": "Cluster",
  "names": {
   "kind": "APIAccess",
   "listKind": "APIAccessList",
   "plural": "apiaccesses",
   "singular": "apiaccess"
  },
  "versions": [
   {
    "name": "v1alpha1",
    "served": true,
    "storage": true,
    "schema": {
     "openAPIV3Schema": {
      "description": "APIAccess opens APIs and collections to groups of users. It has effect once an APIGateway lists it.",
      "type": "object",
      "properties": {
       "apiVersion": {
        "description": "Version of the schema this object is written in: hub.traefik.io/v1alpha1.",
        "type": "string"
       },
       "kind": {
        "description": "Kind of this object: APIAccess.",
        "type": "string"
       },
       "metadata": {
        "type": "object"
       },
       "spec": {
        "description": "Who may call what.",
        "type": "object",
        "properties": {
         "anyGroups": {
          "description": "Open to every signed-in user, whatever the group.",
          "type": "boolean"
         },
         "apiCollectionSelector": {
          "description": "Collections to open, by their labels, beside those listed. Absent, it selects nothing; empty ({}), it selects everything.",
          "type": "object",
          "x-kubernetes-map-type": "atomic",
          "properties": {
           "matchExpressions": {
            "description": "Requirements on labels; all of them must hold.",
            "type": "array",
            "x-kubernetes-list-type": "atomic",
            "items": {
             "description": "One requirement on the labels; all requirements of a selector must hold.",
             "type": "object",
             "required": [
              "key",
              "operator"
             ],
             "properties": {
              "key": {
               "description": "Label key the requirement looks at.",
               "type": "string"
              },
              "operator": {
               "description": "How the label is compared with the values: In, NotIn, Exists or DoesNotExist.",
               "type": "string"
              },
              "values": {
               "description": "Values to compare with: at least one for In and NotIn, none for Exists and DoesNotExist.",
               "type": "array",
               "x-kubernetes-list-type": "atomic",
               "items": {
                "type": "string"
               }
              }
             }
            }
           },
           "matchLabels": {
            "description": "Labels and the values they must have; all of them must hold.",
            "type": "object",
            "additionalProperties": {
             "type": "string"
            }
           }
          }
         },
         "apiCollections": {
          "description": "Collections to open.",
          "type": "array",
          "maxItems": 100,
          "x-kubernetes-validations": [
           {
            "rule": "self.all(x, self.exists_one(y, x.name == y.name))",
            "message": "duplicated collections"
           }
          ],
          "items": {
           "description": "Reference to a collection.",
           "type": "object",
           "required": [
            "name"
           ],
           "properties": {
            "name": {
             "description": "Name of the APICollection.",
             "type": "string",
             "maxLength": 253
            }
           }
          }
         },
         "apiSelector": {
          "description": "APIs to open, by their labels, beside those listed. Absent, it selects nothing; empty ({}), it selects everything.",
          "type": "object",
          "x-kubernetes-map-type": "atomic",
          "properties": {
           "matchExpressions": {
            "description": "Requirements on labels; all of them must hold.",
            "type": "array",
            "x-kubernetes-list-type": "atomic",
            "items": {
             "description": "One requirement on the labels; all requirements of a selector must hold.",
             "type": "object",
             "required": [
              "key",
              "operator"
             ],
             "properties": {
              "key": {
               "description": "Label key the requirement looks at.",
               "type": "string"
              },
              "operator": {
               "description": "How the label is compared with the values: In, NotIn, Exists or DoesNotExist.",
               "type": "string"
              },
              "values": {
               "description": "Values to compare with: at least one for In and NotIn, none for Exists and DoesNotExist.",
               "type": "array",
               "x-kubernetes-list-type": "atomic",
               "items": {
                "type": "string"
               }
              }
             }
            }
           },
           "matchLabels": {
            "description": "Labels and the values they must have; all of them must hold.",
            "type": "object",
            "additionalProperties": {
             "type": "string"
            }
           }
          }
         },
         "apis": {
          "description": "APIs to open.",
          "type": "array",
          "maxItems": 100,
          "x-kubernetes-validations": [
           {
            "rule": "self.all(x, self.exists_one(y, x.name == y.name && (has(x.__namespace__) && x.__namespace__ != '' ? x.__namespace__ : 'default') == (has(y.__namespace__) && y.__namespace__ != '' ? y.__namespace__ : 'default')))",
            "message": "duplicated apis"
           }
          ],
          "items": {
           "description": "Reference to an API.",
           "type": "object",
           "required": [
            "name"
           ],
           "properties": {
            "name": {
             "description": "Name of the API.",
             "type": "string",
             "maxLength": 253
            },
            "namespace": {
             "description": "Namespace of the API. Defaults to default.",
             "type": "string",
             "maxLength": 63
            }
           }
          }
         },
         "groups": {
          "description": "Groups of users to open them to.",
          "type": "array",
          "items": {
           "type": "string"
          }
         },
         "operationFilter": {
          "description": "Restricts which operations are open. Absent, every operation is; with an empty list, none is.",
          "type": "object",
          "properties": {
           "include": {
            "description": "Names of the operation sets to let through.",
            "type": "array",
            "maxItems": 100,
            "items": {
             "type": "string"
            }
           }
          }
         }
        },
        "x-kubernetes-validations": [
         {
          "rule": "has(self.anyGroups) && has(self.groups) ? !(self.anyGroups && self.groups.size() > 0) : true",
          "message": "groups and anyGroups are mutually exclusive"
         }
        ]
       },
       "status": {
        "description": "What the platform last reported about this object. Written by Portolan.",
        "type": "object",
        "properties": {
         "version": {
          "description": "Version of the object on the platform.",
          "type": "string"
         },
         "syncedAt": {
          "description": "Time of the last synchronisation with the platform.",
          "type": "string",
          "format": "date-time"
         },
         "hash": {
          "description": "Hash of the synchronised content, to tell whether it has changed since.",
          "type": "string"
         }
        }
       }
      }
     }
    }
   }
  ]
 }
},
{
 "apiVersion": "apiextensions.k8s.io/v1",
 "kind": "CustomResourceDefinition",
 "metadata": {
  "name": "apicollections.hub.traefik.io"
 },
 "spec": {
  "group": "hub.traefik.io",
  "scope": "Cluster",
  "names": {
   "kind": "APICollection",
   "listKind": "APICollectionList",
   "plural": "apicollections",
   "singular": "apicollection"
  },
  "versions": [
   {
    "name": "v1alpha1",
    "served": true,
    "storage": true,
    "additionalPrinterColumns": [
     {
      "name": "PathPrefix",
      "type": "string",
      "jsonPath": ".spec.pathPrefix"
     },
     {
      "name": "APISelector",
      "type": "string",
      "jsonPath": ".status.apiSelector"
     }
    ],
    "subresources": {},
    "schema": {
     "openAPIV3Schema": {
      "description": "APICollection groups APIs, under a common path prefix if wanted, so that they can be opened together.",
      "type": "object",
      "properties": {
       "apiVersion": {
        "description": "Version of the schema this object is written in: hub.traefik.io/v1alpha1.",
        "type": "string"
       },
       "kind": {
        "description": "Kind of this object: APICollection.",
        "type": "string"
       },
       "metadata": {
        "type": "object"
       },
       "spec": {
        "description": "The APIs of the collection.",
        "type": "object",
        "properties": {
         "apiSelector": {
          "description": "APIs of the collection, by their labels, beside those listed. Absent, it selects nothing; empty ({}), it selects everything.",
          "type": "object",
          "x-kubernetes-map-type": "atomic",
          "properties": {
           "matchExpressions": {
            "description": "Requirements on labels; all of them must hold.",
            "type": "array",
            "x-kubernetes-list-type": "atomic",
            "items": {
             "description": "One requirement on the labels; all requirements of a selector must hold.",
             "type": "object",
             "required": [
              "key",
              "operator"
             ],
             "properties": {
              "key": {
               "description": "Label key the requirement looks at.",
               "type": "string"
              },
              "operator": {
               "description": "How the label is compared with the values: In, NotIn, Exists or DoesNotExist.",
               "type": "string"
              },
              "values": {
               "description": "Values to compare with: at least one for In and NotIn, none for Exists and DoesNotExist.",
               "type": "array",
               "x-kubernetes-list-type": "atomic",
               "items": {
                "type": "string"
               }
              }
             }
            }
           },
           "matchLabels": {
            "description": "Labels and the values they must have; all of them must hold.",
            "type": "object",
            "additionalProperties": {
             "type": "string"
            }
           }
          }
         },
         "apis": {
          "description": "APIs of the collection.",
          "type": "array",
          "maxItems": 100,
          "x-kubernetes-validations": [
           {
            "rule": "self.all(x, self.exists_one(y, x.name == y.name && (has(x.__namespace__) && x.__namespace__ != '' ? x.__namespace__ : 'default') == (has(y.__namespace__) && y.__namespace__ != '' ? y.__namespace__ : 'default')))",
            "message": "duplicated apis"
           }
          ],
          "items": {
           "description": "Reference to an API.",
           "type": "object",
           "required": [
            "name"
           ],
           "properties": {
            "name": {
             "description": "Name of the API.",
             "type": "string",
             "maxLength": 253
            },
            "namespace": {
             "description": "Namespace of the API. Defaults to default.",
             "type": "string",
             "maxLength": 63
            }
           }
          }
         },
         "pathPrefix": {
          "description": "Path that precedes the prefixes of the APIs.",
          "type": "string",
          "maxLength": 255,
          "x-kubernetes-validations": [
           {
            "rule": "self.startsWith('/')",
            "message": "must start with a '/'"
           },
           {
            "rule": "!self.matches(r\"\"\"(/\\.\\./)|(/\\.\\.$)\"\"\")",
            "message": "cannot contains '../'"
           }
          ]
         }
        }
       },
       "status": {
        "description": "What the platform last reported about this object. Written by Portolan.",
        "type": "object",
        "properties": {
         "version": {
          "description": "Version of the object on the platform.",
          "type": "string"
         },
         "syncedAt": {
          "description": "Time of the last synchronisation with the platform.",
          "type": "string",
          "format": "date-time"
         },
         "hash": {
          "description": "Hash of the synchronised content, to tell whether it has changed since.",
          "type": "string"
         },
         "apiSelector": {
          "description": "The selector, in one line.",
          "type": "string"
         }
        }
       }
      }
     }
    }
   }
  ]
 }
},
{
 "apiVersion": "apiextensions.k8s.io/v1",
 "kind": "CustomResourceDefinition",
 "metadata": {
  "name": "apigateways.hub.traefik.io"
 },
 "spec": {
  "group": "hub.traefik.io",
  "scope": "Cluster",
  "names": {
   "kind": "APIGateway",
   "listKind": "APIGatewayList",
   "plural": "apigateways",
   "singular": "apigateway"
  },
  "versions": [
   {
    "name": "v1alpha1",
    "served": true,
    "storage": true,
    "additionalPrinterColumns": [
     {
      "name": "URLs",
      "type": "string",
      "jsonPath": ".status.urls"
     }
    ],
    "subresources": {},
    "schema": {
     "openAPIV3Schema": {
      "description": "APIGateway exposes what its accesses open, under a generated domain and, if wanted, own domains.",
      "type": "object",
      "properties": {
       "apiVersion": {
        "description": "Version of the schema this object is written in: hub.traefik.io/v1alpha1.",
        "type": "string"
       },
       "kind": {
        "description": "Kind of this object: APIGateway.",
        "type": "string"
       },
       "metadata": {
        "type": "object"
       },
       "spec": {
        "description": "What to expose, and where.",
        "type": "object",
        "properties": {
         "apiAccesses": {
          "description": "Names of the accesses to expose.",
          "type": "array",
          "items": {
           "type": "string"
          }
         },
         "customDomains": {
          "description": "Own domains to publish under, beside the generated one. A domain counts once its owner is verified.",
          "type": "array",
          "maxItems": 20,
          "x-kubernetes-validations": [
           {
            "rule": "self.all(x, self.exists_one(y, x == y))",
            "message": "duplicate domains"
           }
          ],
          "items": {
           "description": "A domain name.",
           "type": "string",
           "maxLength": 253,
           "x-kubernetes-validations": [
            {
             "rule": "self.matches(r\"\"\"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$\"\"\")",
             "message": "custom domain must be a valid domain name"
            }
           ]
          }
         }
        }
       },
       "status": {
        "description": "What the platform last reported about this object. Written by Portolan.",
        "type": "object",
        "required": [
         "urls"
        ],
        "properties": {
         "version": {
          "description": "Version of the object on the platform.",
          "type": "string"
         },
         "syncedAt": {
          "description": "Time of the last synchronisation with the platform.",
          "type": "string",
          "format": "date-time"
         },
         "hash": {
          "description": "Hash of the synchronised content, to tell whether it has changed since.",
          "type": "string"
         },
         "customDomains": {
          "description": "Own domains whose owner is verified.",
          "type": "array",
          "items": {
           "type": "string"
          }
         },
         "hubDomain": {
          "description": "Generated domain.",
          "type": "string"
         },
         "urls": {
          "description": "Addresses, separated by commas.",
          "type": "string"
         }
        }
       }
      }
     }
    }
   }
  ]
 }
},
{
 "apiVersion": "apiextensions.k8s.io/v1",
 "kind": "CustomResourceDefinition",
 "metadata": {
  "name": "apiportals.hub.traefik.io"
 },
 "spec": {
  "group": "hub.traefik.io",
  "scope": "Cluster",
  "names": {
   "kind": "APIPortal",
   "listKind": "APIPortalList",
   "plural": "apiportals",
   "singular": "apiportal"
  },
  "versions": [
   {
    "name": "v1alpha1",
    "served": true,
    "storage": true,
    "additionalPrinterColumns": [
     {
      "name": "URLs",
      "type": "string",
      "jsonPath": ".status.urls"
     }
    ],
    "subresources": {},
    "schema": {
     "openAPIV3Schema": {
      "description": "APIPortal is a web site on which users find the APIs of one gateway and make keys.",
      "type": "object",
      "required": [
       "spec"
      ],
      "properties": {
       "apiVersion": {
        "description": "Version of the schema this object is written in: hub.traefik.io/v1alpha1.",
        "type": "string"
       },
       "kind": {
        "description": "Kind of this object: APIPortal.",
        "type": "string"
       },
       "metadata": {
        "type": "object"
       },
       "spec": {
        "description": "The portal.",
        "type": "object",
        "required": [
         "apiGateway"
        ],
        "properties": {
         "apiGateway": {
          "description": "Name of the APIGateway whose APIs it shows.",
          "type": "string"
         },
         "customDomains": {
          "description": "Own domains to publish under, beside the generated one. A domain counts once its owner is verified.",
          "type": "array",
          "maxItems": 20,
          "x-kubernetes-validations": [
           {
            "rule": "self.all(x, self.exists_one(y, x == y))",
            "message": "duplicate domains"
           }
          ],
          "items": {
           "description": "A domain name.",
           "type": "string",
           "maxLength": 253,
           "x-kubernetes-validations": [
            {
             "rule": "self.matches(r\"\"\"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$\"\"\")",
             "message": "custom domain must be a valid domain name"
            }
           ]
          }
         },
         "description": {
          "description": "Description people read.",
          "type": "string"
         },
         "title": {
          "description": "Title people read.",
          "type": "string"
         },
         "ui": {
          "description": "Looks of the portal.",
          "type": "object",
          "properties": {
           "logoUrl": {
            "description": "Address of the logo.",
            "type": "string"
           },
           "service": {
            "description": "Service that serves an own user interface.",
            "type": "object",
            "required": [
             "name",
             "port"
            ],
            "properties": {
             "name": {
              "description": "Name of the Service.",
              "type": "string"
             },
             "namespace": {
              "description": "Namespace of the Service. Defaults to default.",
              "type": "string"
             },
             "port": {
              "description": "Port of the Service.",
              "type": "object",
              "properties": {
               "name": {
                "description": "Name of the port.",
                "type": "string"
               },
               "number": {
                "description": "Number of the port.",
                "type": "integer",
                "format": "int32"
               }
              },
              "x-kubernetes-validations": [
               {
                "rule": "has(self.name) || has(self.number)",
                "message": "name or number must be defined"
               }
              ]
             }
            }
           }
          }
         }
        }
       },
       "status": {
        "description": "What the platform last reported about this object. Written by Portolan.",
        "type": "object",
        "required": [
         "urls"
        ],
        "properties": {
         "version": {
          "description": "Version of the object on the platform.",
          "type": "string"
         },
         "syncedAt": {
          "description": "Time of the last synchronisation with the platform.",
          "type": "string",
          "format": "date-time"
         },
         "hash": {
          "description": "Hash of the synchronised content, to tell whether it has changed since.",
          "type": "string"
         },
         "customDomains": {
          "description": "Own domains whose owner is verified.",
          "type": "array",
          "items": {
           "type": "string"
          }
         },
         "hubDomain": {
          "description": "Generated domain.",
          "type": "string"
         },
         "oidc": {
          "description": "Sign-in of the portal.",
          "type": "object",
          "properties": {
           "clientId": {
            "description": "Client ID of the portal.",
            "type": "string"
           },
           "issuer": {
            "description": "Issuer of its tokens.",
            "type": "string"
           },
           "secretName": {
            "description": "Secret that holds its client secret.",
            "type": "string"
           }
          }
         },
         "urls": {
          "description": "Addresses, separated by commas.",
          "type": "string"
         }
        }
       }
      }
     }
    }
   }
  ]
 }
},
{
 "apiVersion": "apiextensions.k8s.io/v1",
 "kind": "CustomResourceDefinition",
 "metadata": {
  "name": "apiratelimits.hub.traefik.io"
 },
 "spec": {
  "group": "hub.traefik.io",
  "scope": "Cluster",
  "names": {
   "kind": "APIRateLimit",
   "listKind": "APIRateLimitList",
   "plural": "apiratelimits",
   "singular": "apiratelimit"
  },
  "versions": [
   {
    "name": "v1alpha1",
    "served": true,
    "storage": true,
    "schema": {
     "openAPIV3Schema": {
      "description": "APIRateLimit limits how often users of some groups may call some APIs. Of several limits for one group the strictest applies; of several groups of one user the most generous; a limit that names a group precedes one for any group.",
      "type": "object",
      "required": [
       "spec"
      ],
      "properties": {
       "apiVersion": {
        "description": "Version of the schema this object is written in: hub.traefik.io/v1alpha1.",
        "type": "string"
       },
       "kind": {
        "description": "Kind of this object: APIRateLimit.",
        "type": "string"
       },
       "metadata": {
        "type": "object"
       },
       "spec": {
        "description": "The limit.",
        "type": "object",
        "required": [
         "limit"
        ],
        "properties": {
         "anyGroups": {
          "description": "Limit every signed-in user for whom no limit names a group.",
          "type": "boolean"
         },
         "apiSelector": {
          "description": "APIs to limit, by their labels, beside those listed. Absent, it selects nothing; empty ({}), it selects everything.",
          "type": "object",
          "x-kubernetes-map-type": "atomic",
          "properties": {
           "matchExpressions": {
            "description": "Requirements on labels; all of them must hold.",
            "type": "array",
            "x-kubernetes-list-type": "atomic",
            "items": {
             "description": "One requirement on the labels; all requirements of a selector must hold.",
             "type": "object",
             "required": [
              "key",
              "operator"
             ],
             "properties": {
              "key": {
               "description": "Label key the requirement looks at.",
               "type": "string"
              },
              "operator": {
               "description": "How the label is compared with the values: In, NotIn, Exists or DoesNotExist.",
               "type": "string"
              },
              "values": {
               "description": "Values to compare with: at least one for In and NotIn, none for Exists and DoesNotExist.",
               "type": "array",
               "x-kubernetes-list-type": "atomic",
               "items": {
                "type": "string"
               }
              }
             }
            }
           },
           "matchLabels": {
            "description": "Labels and the values they must have; all of them must hold.",
            "type": "object",
            "additionalProperties": {
             "type": "string"
            }
           }
          }
         },
         "apis": {
          "description": "APIs to limit.",
          "type": "array",
          "maxItems": 100,
          "x-kubernetes-validations": [
           {
            "rule": "self.all(x, self.exists_one(y, x.name == y.name && (has(x.__namespace__) && x.__namespace__ != '' ? x.__namespace__ : 'default') == (has(y.__namespace__) && y.__namespace__ != '' ? y.__namespace__ : 'default')))",
            "message": "duplicated apis"
           }
          ],
          "items": {
           "description": "Reference to an API.",
           "type": "object",
           "required": [
            "name"
           ],
           "properties": {
            "name": {
             "description": "Name of the API.",
             "type": "string",
             "maxLength": 253
            },
            "namespace": {
             "description": "Namespace of the API. Defaults to default.",
             "type": "string",
             "maxLength": 63
            }
           }
          }
         },
         "groups": {
          "description": "Groups of users to limit.",
          "type": "array",
          "items": {
           "type": "string"
          }
         },
         "limit": {
          "description": "How many requests the period allows.",
          "type": "integer",
          "x-kubernetes-validations": [
           {
            "rule": "self >= 0",
            "message": "must be a positive number"
           }
          ]
         },
         "period": {
          "description": "Period the limit counts over, such as 1s, 30s or 1m. Defaults to one second.",
          "type": "string",
          "format": "duration",
          "x-kubernetes-validations": [
           {
            "rule": "self >= duration('1s') && self <= duration('1h')",
            "message": "must be between 1s and 1h"
           }
          ]
         },
         "strategy": {
          "description": "Where requests are counted: local, by each gateway for itself; distributed, by all together, which needs Redis.",
          "type": "string",
          "enum": [
           "local",
           "distributed"
          ]
         }
        },
        "x-kubernetes-validations": [
         {
          "rule": "has(self.anyGroups) && has(self.groups) ? !(self.anyGroups && self.groups.size() > 0) : true",
          "message": "groups and anyGroups are mutually exclusive"
         }
        ]
       },
       "status": {
        "description": "What the platform last reported about this object. Written by Portolan.",
        "type": "object",
        "properties": {
         "version": {
          "description": "Version of the object on the platform.",
          "type": "string"
         },
         "syncedAt": {
          "description": "Time of the last synchronisation with the platform.",
          "type": "string",
          "format": "date-time"
         },
         "hash": {
          "description": "Hash of the synchronised content, to tell whether it has changed since.",
          "type": "string"
         }
        }
       }
      }
     }
    }
   }
  ]
 }
},
{
 "apiVersion": "apiextensions.k8s.io/v1",
 "kind": "CustomResourceDefinition",
 "metadata": {
  "name": "apiversions.hub.traefik.io"
 },
 "spec": {
  "group": "hub.traefik.io",
  "scope": "Namespaced",
  "names": {
   "kind": "APIVersion",
   "listKind": "APIVersionList",
   "plural": "apiversions",
   "singular": "apiversion"
  },
  "versions": [
   {
    "name": "v1alpha1",
    "served": true,
    "storage": true,
    "additionalPrinterColumns": [
     {
      "name": "APIName",
      "type": "string",
      "jsonPath": ".spec.apiName"
     },
     {
      "name": "Title",
      "type": "string",
      "jsonPath": ".spec.title"
     },
     {
      "name": "Release",
      "type": "string",
      "jsonPath": ".spec.release"
     },
     {
      "name": "ServiceName",
      "type": "string",
      "jsonPath": ".spec.service.name"
     },
     {
      "name": "ServicePort",
      "type": "string",
      "jsonPath": ".spec.service.port.number"
     }
    ],
    "subresources": {},
    "schema": {
     "openAPIV3Schema": {
      "description": "APIVersion is one version of an API, with the conditions under which a request is meant for it.",
      "type": "object",
      "required": [
       "spec"
      ],
      "properties": {
       "apiVersion": {
        "description": "Version of the schema this object is written in: hub.traefik.io/v1alpha1.",
        "type": "string"
       },
       "kind": {
        "description": "Kind of this object: APIVersion.",
        "type": "string"
       },
       "metadata": {
        "type": "object"
       },
       "spec": {
        "description": "The version.",
        "type": "object",
        "required": [
         "apiName",
         "service"
        ],
        "properties": {
         "apiName": {
          "description": "Name of the API this is a version of, in the namespace of this object.",
          "type": "string"
         },
         "cors": {
          "description": "Cross-origin resource sharing: which web pages of other origins may call.",
          "type": "object",
          "properties": {
           "allowCredentials": {
            "description": "Let browsers send credentials.",
            "type": "boolean"
           },
           "allowHeaders": {
            "description": "Request headers that are allowed.",
            "type": "array",
            "items": {
             "type": "string"
            }
           },
           "allowMethods": {
            "description": "Methods that are allowed.",
            "type": "array",
            "items": {
             "type": "string"
            }
           },
           "allowOriginList": {
            "description": "Origins that are allowed.",
            "type": "array",
            "items": {
             "type": "string"
            }
           },
           "allowOriginListRegex": {
            "description": "Regular expressions of origins that are allowed.",
            "type": "array",
            "items": {
             "type": "string"
            }
           },
           "exposeHeaders": {
            "description": "Response headers that scripts may read.",
            "type": "array",
            "items": {
             "type": "string"
            }
           },
           "maxAge": {
            "description": "Seconds a browser may keep the answer to a preflight request.",
            "type": "integer",
            "format": "int64"
           }
          }
         },
         "headers": {
          "description": "Changes to headers.",
          "type": "object",
          "properties": {
           "request": {
            "description": "Changes to the headers of requests.",
            "type": "object",
            "properties": {
             "delete": {
              "description": "Headers to remove.",
              "type": "array",
              "items": {
               "type": "string"
              }
             },
             "set": {
              "description": "Headers to set, with their values.",
              "type": "object",
              "additionalProperties": {
               "type": "string"
              }
             }
            }
           },
           "response": {
            "description": "Changes to the headers of responses.",
            "type": "object",
            "properties": {
             "delete": {
              "description": "Headers to remove.",
              "type": "array",
              "items": {
               "type": "string"
              }
             },
             "set": {
              "description": "Headers to set, with their values.",
              "type": "object",
              "additionalProperties": {
               "type": "string"
              }
             }
            }
           }
          }
         },
         "release": {
          "description": "Release as a semantic version, with or without a leading v. Shown; it does not decide routing.",
          "type": "string",
          "maxLength": 100,
          "x-kubernetes-validations": [
           {
            "rule": "self.matches(r\"\"\"^v?(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)(-((0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)(\\.(0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*))?(\\+([0-9a-zA-Z-]+(\\.[0-9a-zA-Z-]+)*))?$\"\"\")",
            "message": "must be a valid semver version"
           }
          ]
         },
         "routes": {
          "description": "Conditions under which a request is meant for this version. Any one of them is enough.",
          "type": "array",
          "maxItems": 10,
          "items": {
           "description": "A condition: everything set here must hold.",
           "type": "object",
           "properties": {
            "headers": {
             "description": "Request headers and the values they must have.",
             "type": "object",
             "additionalProperties": {
              "type": "string"
             }
            },
            "pathPrefix": {
             "description": "Path that must follow the prefixes of the collection and of the API.",
             "type": "string",
             "maxLength": 255,
             "x-kubernetes-validations": [
              {
               "rule": "self.startsWith('/')",
               "message": "must start with a '/'"
              },
              {
               "rule": "!self.matches(r\"\"\"(/\\.\\./)|(/\\.\\.$)\"\"\")",
               "message": "cannot contains '../'"
              }
             ]
            },
            "queryParams": {
             "description": "Query parameters and the values they must have.",
             "type": "object",
             "additionalProperties": {
              "type": "string"
             }
            }
           }
          }
         },
         "service": {
          "description": "Service that answers requests of this version.",
          "type": "object",
          "required": [
           "name",
           "port"
          ],
          "properties": {
           "name": {
            "description": "Name of the Service, in the namespace of this object.",
            "type": "string"
           },
           "openApiSpec": {
            "description": "Where the OpenAPI document is.",
            "type": "object",
            "properties": {
             "operationSets": {
              "description": "Named sets of operations, for operation filters to refer to.",
              "type": "array",
              "maxItems": 100,
              "items": {
               "description": "A named set of operations.",
               "type": "object",
               "required": [
                "name",
                "matchers"
               ],
               "properties": {
                "name": {
                 "description": "Name of the set, as operation filters refer to it.",
                 "type": "string",
                 "maxLength": 253
                },
                "matchers": {
                 "description": "Matchers of the set; an operation belongs to the set when any of them matches.",
                 "type": "array",
                 "minItems": 1,
                 "maxItems": 100,
                 "items": {
                  "description": "Matches operations of the OpenAPI document; the path condition and the methods must both hold.",
                  "type": "object",
                  "minProperties": 1,
                  "properties": {
                   "methods": {
                    "description": "HTTP methods to match. Absent, any method matches.",
                    "type": "array",
                    "maxItems": 10,
                    "items": {
                     "type": "string"
                    }
                   },
                   "path": {
                    "description": "Exact path of the operation, as the OpenAPI document writes it.",
                    "type": "string",
                    "maxLength": 255,
                    "x-kubernetes-validations": [
                     {
                      "rule": "self.startsWith('/')",
                      "message": "must start with a '/'"
                     },
                     {
                      "rule": "!self.matches(r\"\"\"(/\\.\\./)|(/\\.\\.$)\"\"\")",
                      "message": "cannot contains '../'"
                     }
                    ]
                   },
                   "pathPrefix": {
                    "description": "Beginning of the path of the operation.",
                    "type": "string",
                    "maxLength": 255,
                    "x-kubernetes-validations": [
                     {
                      "rule": "self.startsWith('/')",
                      "message": "must start with a '/'"
                     },
                     {
                      "rule": "!self.matches(r\"\"\"(/\\.\\./)|(/\\.\\.$)\"\"\")",
                      "message": "cannot contains '../'"
                     }
                    ]
                   },
                   "pathRegex": {
                    "description": "Regular expression (RE2 syntax) the path of the operation must match.",
                    "type": "string"
                   }
                  },
                  "x-kubernetes-validations": [
                   {
                    "rule": "[has(self.path), has(self.pathPrefix), has(self.pathRegex)].filter(x, x).size() <= 1",
                    "message": "path, pathPrefix and pathRegex are mutually exclusive"
                   }
                  ]
                 }
                }
               }
              }
             },
             "path": {
              "description": "Path of the document on the Service.",
              "type": "string",
              "maxLength": 255,
              "x-kubernetes-validations": [
               {
                "rule": "self.startsWith('/')",
                "message": "must start with a '/'"
               },
               {
                "rule": "!self.matches(r\"\"\"(/\\.\\./)|(/\\.\\.$)\"\"\")",
                "message": "cannot contains '../'"
               }
              ]
             },
             "url": {
              "description": "URL of the document, in YAML or JSON.",
              "type": "string",
              "x-kubernetes-validations": [
               {
                "rule": "isURL(self)",
                "message": "must be a valid URL"
               }
              ]
             }
            },
            "x-kubernetes-validations": [
             {
              "rule": "has(self.path) || has(self.url)",
              "message": "path or url must be defined"
             }
            ]
           },
           "port": {
            "description": "Port of the Service.",
            "type": "object",
            "properties": {
             "name": {
              "description": "Name of the port.",
              "type": "string"
             },
             "number": {
              "description": "Number of the port.",
              "type": "integer",
              "format": "int32"
             }
            },
            "x-kubernetes-validations": [
             {
              "rule": "has(self.name) || has(self.number)",
              "message": "name or number must be defined"
             }
            ]
           }
          }
         },
         "stripPathPrefix": {
          "description": "Remove the path prefix of the route before the request is forwarded.",
          "type": "boolean"
         },
         "title": {
          "description": "Title people read.",
          "type": "string"
         }
        }
       },
       "status": {
        "description": "What the platform last reported about this object. Written by Portolan.",
        "type": "object",
        "properties": {
         "version": {
          "description": "Version of the object on the platform.",
          "type": "string"
         },
         "syncedAt": {
          "description": "Time of the last synchronisation with the platform.",
          "type": "string",
          "format": "date-time"
         },
         "hash": {
          "description": "Hash of the synchronised content, to tell whether it has changed since.",
          "type": "string"
         }
        }
       }
      }
     }
    }
   }
  ]
 }
},
{
 "apiVersion": "apiextensions.k8s.io/v1",
 "kind": "CustomResourceDefinition",
 "metadata": {
  "name": "edgeingresses.hub.traefik.io"
 },
 "spec": {
  "group": "hub.traefik.io",
  "scope": "Namespaced",
  "names": {
   "kind": "EdgeIngress",
   "listKind": "EdgeIngressList",
   "plural": "edgeingresses",
   "singular": "edgeingress"
  },
  "versions": [
   {
    "name": "v1alpha1",
    "served": true,
    "storage": true,
    "additionalPrinterColumns": [
     {
      "name": "Service",
      "type": "string",
      "jsonPath": ".spec.service.name"
     },
     {
      "name": "Port",
      "type": "string",
      "jsonPath": ".spec.service.port"
     },
     {
      "name": "ACP",
      "type": "string",
      "jsonPath": ".spec.acp.name",
      "priority": 1
     },
     {
      "name": "URLs",
      "type": "string",
      "jsonPath": ".status.urls"
     },
     {
      "name": "Connection",
      "type": "string",
      "jsonPath": ".status.connection"
     }
    ],
    "subresources": {},
    "schema": {
     "openAPIV3Schema": {
      "description": "EdgeIngress publishes a Service on the internet through the tunnel, under a generated domain and, if wanted, own domains.",
      "type": "object",
      "required": [
       "spec"
      ],
      "properties": {
       "apiVersion": {
        "description": "Version of the schema this object is written in: hub.traefik.io/v1alpha1.",
        "type": "string"
       },
       "kind": {
        "description": "Kind of this object: EdgeIngress.",
        "type": "string"
       },
       "metadata": {
        "type": "object"
       },
       "spec": {
        "description": "What to publish.",
        "type": "object",
        "required": [
         "service"
        ],
        "properties": {
         "acp": {
          "description": "Access control policy that guards it.",
          "type": "object",
          "required": [
           "name"
          ],
          "properties": {
           "name": {
            "description": "Name of the AccessControlPolicy.",
            "type": "string"
           }
          }
         },
         "customDomains": {
          "description": "Own domains to publish under. A domain counts once its owner is verified.",
          "type": "array",
          "items": {
           "type": "string"
          }
         },
         "service": {
          "description": "Service that answers.",
          "type": "object",
          "required": [
           "name",
           "port"
          ],
          "properties": {
           "name": {
            "description": "Name of the Service, in the namespace of this object.",
            "type": "string"
           },
           "port": {
            "description": "Number of the port of the Service.",
            "type": "integer"
           }
          }
         }
        }
       },
       "status": {
        "description": "What the platform last reported about this object. Written by Portolan.",
        "type": "object",
        "properties": {
         "version": {
          "description": "Version of the object on the platform.",
          "type": "string"
         },
         "syncedAt": {
          "description": "Time of the last synchronisation with the platform.",
          "type": "string",
          "format": "date-time"
         },
         "specHash": {
          "description": "Hash of the synchronised content, to tell whether it has changed since.",
          "type": "string"
         },
         "connection": {
          "description": "Whether the tunnel is connected: UP or DOWN.",
          "type": "string",
          "enum": [
           "UP",
           "DOWN"
          ]
         },
         "customDomains": {
          "description": "Own domains whose owner is verified.",
          "type": "array",
          "items": {
           "type": "string"
          }
         },
         "domain": {
          "description": "Generated domain.",
          "type": "string"
         },
         "urls": {
          "description": "Addresses, separated by commas.",
          "type": "string"
         }
        }
       }
      }
     }
    }
   }
  ]
 }
},
];
