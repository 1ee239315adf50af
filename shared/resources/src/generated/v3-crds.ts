// Generated from crds/v3/*.yaml by `npm run gen`. Do not edit.
import type { CustomResourceDefinition } from '../crds/custom-resource-definition.ts';

export const v3Crds: readonly CustomResourceDefinition[] = [
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
    "deprecated": true,
    "deprecationWarning": "AccessControlPolicy is deprecated; use a Middleware instead.",
    "schema": {
     "openAPIV3Schema": {
      "description": "AccessControlPolicy says how callers of an Ingress or IngressRoute prove who they are. It is kept for compatibility; prefer middlewares.",
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
  "name": "aiservices.hub.traefik.io"
 },
 "spec": {
  "group": "hub.traefik.io",
  "scope": "Namespaced",
  "names": {
   "kind": "AIService",
   "listKind": "AIServiceList",
   "plural": "aiservices",
   "singular": "aiservice"
  },
  "versions": [
   {
    "name": "v1alpha1",
    "served": true,
    "storage": true,
    "schema": {
     "openAPIV3Schema": {
      "description": "AIService is a provider of language models, reachable as a service. One provider should be set.",
      "type": "object",
      "properties": {
       "apiVersion": {
        "description": "Version of the schema this object is written in: hub.traefik.io/v1alpha1.",
        "type": "string"
       },
       "kind": {
        "description": "Kind of this object: AIService.",
        "type": "string"
       },
       "metadata": {
        "type": "object"
       },
       "spec": {
        "description": "The provider.",
        "type": "object",
        "properties": {
         "anthropic": {
          "description": "Models of Anthropic.",
          "type": "object",
          "properties": {
           "model": {
            "description": "Name of the model.",
            "type": "string"
           },
           "params": {
            "description": "How the model answers.",
            "type": "object",
            "properties": {
             "frequencyPenalty": {
              "description": "How much repetition of words is held back.",
              "type": "number"
             },
             "maxTokens": {
              "description": "Longest answer, in tokens.",
              "type": "integer"
             },
             "presencePenalty": {
              "description": "How much repetition of subjects is held back.",
              "type": "number"
             },
             "temperature": {
              "description": "How freely the model answers.",
              "type": "number"
             },
             "topP": {
              "description": "Share of likely words to choose from.",
              "type": "number"
             }
            }
           },
           "token": {
            "description": "Credential for the provider.",
            "type": "object",
            "required": [
             "secretName"
            ],
            "properties": {
             "secretName": {
              "description": "Name of the Secret, in the same namespace, that holds it.",
              "type": "string",
              "maxLength": 253
             }
            }
           }
          }
         },
         "azureOpenai": {
          "description": "Models of Azure OpenAI.",
          "type": "object",
          "required": [
           "baseUrl",
           "deploymentName"
          ],
          "properties": {
           "model": {
            "description": "Name of the model.",
            "type": "string"
           },
           "params": {
            "description": "How the model answers.",
            "type": "object",
            "properties": {
             "frequencyPenalty": {
              "description": "How much repetition of words is held back.",
              "type": "number"
             },
             "maxTokens": {
              "description": "Longest answer, in tokens.",
              "type": "integer"
             },
             "presencePenalty": {
              "description": "How much repetition of subjects is held back.",
              "type": "number"
             },
             "temperature": {
              "description": "How freely the model answers.",
              "type": "number"
             },
             "topP": {
              "description": "Share of likely words to choose from.",
              "type": "number"
             }
            }
           },
           "apiKeySecret": {
            "description": "Secret that holds the token, as urn:k8s:secret:<name>:<key>.",
            "type": "string"
           },
           "baseUrl": {
            "description": "Address of the service.",
            "type": "string"
           },
           "deploymentName": {
            "description": "Name of the deployment.",
            "type": "string"
           }
          }
         },
         "bedrock": {
          "description": "Models of Amazon Bedrock.",
          "type": "object",
          "properties": {
           "model": {
            "description": "Name of the model.",
            "type": "string"
           },
           "params": {
            "description": "How the model answers.",
            "type": "object",
            "properties": {
             "frequencyPenalty": {
              "description": "How much repetition of words is held back.",
              "type": "number"
             },
             "maxTokens": {
              "description": "Longest answer, in tokens.",
              "type": "integer"
             },
             "presencePenalty": {
              "description": "How much repetition of subjects is held back.",
              "type": "number"
             },
             "temperature": {
              "description": "How freely the model answers.",
              "type": "number"
             },
             "topP": {
              "description": "Share of likely words to choose from.",
              "type": "number"
             }
            }
           },
           "region": {
            "description": "Region of the service.",
            "type": "string"
           },
           "systemMessage": {
            "description": "Whether the model takes system messages: true or false.",
            "type": "string"
           }
          }
         },
         "cohere": {
          "description": "Models of Cohere.",
          "type": "object",
          "properties": {
           "model": {
            "description": "Name of the model.",
            "type": "string"
           },
           "params": {
            "description": "How the model answers.",
            "type": "object",
            "properties": {
             "frequencyPenalty": {
              "description": "How much repetition of words is held back.",
              "type": "number"
             },
             "maxTokens": {
              "description": "Longest answer, in tokens.",
              "type": "integer"
             },
             "presencePenalty": {
              "description": "How much repetition of subjects is held back.",
              "type": "number"
             },
             "temperature": {
              "description": "How freely the model answers.",
              "type": "number"
             },
             "topP": {
              "description": "Share of likely words to choose from.",
              "type": "number"
             }
            }
           },
           "token": {
            "description": "Credential for the provider.",
            "type": "object",
            "required": [
             "secretName"
            ],
            "properties": {
             "secretName": {
              "description": "Name of the Secret, in the same namespace, that holds it.",
              "type": "string",
              "maxLength": 253
             }
            }
           }
          }
         },
         "deepSeek": {
          "description": "Models of DeepSeek.",
          "type": "object",
          "properties": {
           "model": {
            "description": "Name of the model.",
            "type": "string"
           },
           "params": {
            "description": "How the model answers.",
            "type": "object",
            "properties": {
             "frequencyPenalty": {
              "description": "How much repetition of words is held back.",
              "type": "number"
             },
             "maxTokens": {
              "description": "Longest answer, in tokens.",
              "type": "integer"
             },
             "presencePenalty": {
              "description": "How much repetition of subjects is held back.",
              "type": "number"
             },
             "temperature": {
              "description": "How freely the model answers.",
              "type": "number"
             },
             "topP": {
              "description": "Share of likely words to choose from.",
              "type": "number"
             }
            }
           },
           "token": {
            "description": "Credential for the provider.",
            "type": "object",
            "required": [
             "secretName"
            ],
            "properties": {
             "secretName": {
              "description": "Name of the Secret, in the same namespace, that holds it.",
              "type": "string",
              "maxLength": 253
             }
            }
           }
          }
         },
         "gemini": {
          "description": "Models of Google Gemini.",
          "type": "object",
          "properties": {
           "model": {
            "description": "Name of the model.",
            "type": "string"
           },
           "params": {
            "description": "How the model answers.",
            "type": "object",
            "properties": {
             "frequencyPenalty": {
              "description": "How much repetition of words is held back.",
              "type": "number"
             },
             "maxTokens": {
              "description": "Longest answer, in tokens.",
              "type": "integer"
             },
             "presencePenalty": {
              "description": "How much repetition of subjects is held back.",
              "type": "number"
             },
             "temperature": {
              "description": "How freely the model answers.",
              "type": "number"
             },
             "topP": {
              "description": "Share of likely words to choose from.",
              "type": "number"
             }
            }
           },
           "apiKey": {
            "description": "Credential for the provider.",
            "type": "object",
            "required": [
             "secretName"
            ],
            "properties": {
             "secretName": {
              "description": "Name of the Secret, in the same namespace, that holds it.",
              "type": "string",
              "maxLength": 253
             }
            }
           }
          }
         },
         "mistral": {
          "description": "Models of Mistral.",
          "type": "object",
          "properties": {
           "model": {
            "description": "Name of the model.",
            "type": "string"
           },
           "params": {
            "description": "How the model answers.",
            "type": "object",
            "properties": {
             "frequencyPenalty": {
              "description": "How much repetition of words is held back.",
              "type": "number"
             },
             "maxTokens": {
              "description": "Longest answer, in tokens.",
              "type": "integer"
             },
             "presencePenalty": {
              "description": "How much repetition of subjects is held back.",
              "type": "number"
             },
             "temperature": {
              "description": "How freely the model answers.",
              "type": "number"
             },
             "topP": {
              "description": "Share of likely words to choose from.",
              "type": "number"
             }
            }
           },
           "apiKey": {
            "description": "Credential for the provider.",
            "type": "object",
            "required": [
             "secretName"
            ],
            "properties": {
             "secretName": {
              "description": "Name of the Secret, in the same namespace, that holds it.",
              "type": "string",
              "maxLength": 253
             }
            }
           }
          }
         },
         "ollama": {
          "description": "Models of Ollama.",
          "type": "object",
          "required": [
           "baseUrl"
          ],
          "properties": {
           "model": {
            "description": "Name of the model.",
            "type": "string"
           },
           "params": {
            "description": "How the model answers.",
            "type": "object",
            "properties": {
             "frequencyPenalty": {
              "description": "How much repetition of words is held back.",
              "type": "number"
             },
             "maxTokens": {
              "description": "Longest answer, in tokens.",
              "type": "integer"
             },
             "presencePenalty": {
              "description": "How much repetition of subjects is held back.",
              "type": "number"
             },
             "temperature": {
              "description": "How freely the model answers.",
              "type": "number"
             },
             "topP": {
              "description": "Share of likely words to choose from.",
              "type": "number"
             }
            }
           },
           "baseUrl": {
            "description": "Address of the service.",
            "type": "string"
           }
          }
         },
         "openai": {
          "description": "Models of OpenAI.",
          "type": "object",
          "properties": {
           "model": {
            "description": "Name of the model.",
            "type": "string"
           },
           "params": {
            "description": "How the model answers.",
            "type": "object",
            "properties": {
             "frequencyPenalty": {
              "description": "How much repetition of words is held back.",
              "type": "number"
             },
             "maxTokens": {
              "description": "Longest answer, in tokens.",
              "type": "integer"
             },
             "presencePenalty": {
              "description": "How much repetition of subjects is held back.",
              "type": "number"
             },
             "temperature": {
              "description": "How freely the model answers.",
              "type": "number"
             },
             "topP": {
              "description": "Share of likely words to choose from.",
              "type": "number"
             }
            }
           },
           "token": {
            "description": "Credential for the provider.",
            "type": "object",
            "required": [
             "secretName"
            ],
            "properties": {
             "secretName": {
              "description": "Name of the Secret, in the same namespace, that holds it.",
              "type": "string",
              "maxLength": 253
             }
            }
           },
           "baseUrl": {
            "description": "Address of the service, when it is not the usual one.",
            "type": "string"
           }
          }
         },
         "qWen": {
          "description": "Models of Qwen.",
          "type": "object",
          "properties": {
           "model": {
            "description": "Name of the model.",
            "type": "string"
           },
           "params": {
            "description": "How the model answers.",
            "type": "object",
            "properties": {
             "frequencyPenalty": {
              "description": "How much repetition of words is held back.",
              "type": "number"
             },
             "maxTokens": {
              "description": "Longest answer, in tokens.",
              "type": "integer"
             },
             "presencePenalty": {
              "description": "How much repetition of subjects is held back.",
              "type": "number"
             },
             "temperature": {
              "description": "How freely the model answers.",
              "type": "number"
             },
             "topP": {
              "description": "Share of likely words to choose from.",
              "type": "number"
             }
            }
           },
           "token": {
            "description": "Credential for the provider.",
            "type": "object",
            "required": [
             "secretName"
            ],
            "properties": {
             "secretName": {
              "description": "Name of the Secret, in the same namespace, that holds it.",
              "type": "string",
              "maxLength": 253
             }
            }
           }
          }
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
    "subresources": {
     "status": {}
    },
    "schema": {
     "openAPIV3Schema": {
      "description": "API is an HTTP API. Requests reach it where the annotation hub.traefik.io/api of an Ingress or IngressRoute names it.",
      "type": "object",
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
        "description": "The API.",
        "type": "object",
        "properties": {
         "cors": {
          "description": "Cross-origin resource sharing: which web pages of other origins may call.",
          "type": "object",
          "properties": {
           "addVaryHeader": {
            "description": "Add the Vary header when the answer depends on the origin.",
            "type": "boolean"
           },
           "allowCredentials": {
            "description": "Let browsers send credentials.",
            "type": "boolean"
           },
           "allowHeadersList": {
            "description": "Request headers that are allowed.",
            "type": "array",
            "items": {
             "type": "string"
            }
           },
           "allowMethodsList": {
            "description": "Methods that are allowed.",
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
           "allowOriginsList": {
            "description": "Origins that are allowed.",
            "type": "array",
            "items": {
             "type": "string"
            }
           },
           "exposeHeadersList": {
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
         "description": {
          "description": "Description people read.",
          "type": "string"
         },
         "openApiSpec": {
          "description": "Where the OpenAPI document is, and what to make of it.",
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
           "override": {
            "description": "What to replace in the document.",
            "type": "object",
            "required": [
             "servers"
            ],
            "properties": {
             "servers": {
              "description": "Servers that replace those of the document.",
              "type": "array",
              "minItems": 1,
              "maxItems": 100,
              "items": {
               "description": "A server.",
               "type": "object",
               "required": [
                "url"
               ],
               "properties": {
                "url": {
                 "description": "URL of the server.",
                 "type": "string",
                 "x-kubernetes-validations": [
                  {
                   "rule": "isURL(self)",
                   "message": "must be a valid URL"
                  }
                 ]
                }
               }
              }
             }
            }
           },
           "path": {
            "description": "Path of the document on the Service the API is attached to; that route must have one Service only.",
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
           "refreshInterval": {
            "description": "How often the document is fetched anew.",
            "type": "string",
            "format": "duration",
            "x-kubernetes-validations": [
             {
              "rule": "self >= duration('1m')",
              "message": "must be at least 1m"
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
           },
           "validateRequestBodySchema": {
            "description": "Refuse requests whose body does not fit the document. Overrides the setting of the agent.",
            "type": "boolean"
           },
           "validateRequestMethodAndPath": {
            "description": "Refuse requests whose method and path are not in the document. Overrides the setting of the agent.",
            "type": "boolean"
           }
          },
          "x-kubernetes-validations": [
           {
            "rule": "has(self.path) || has(self.url)",
            "message": "path or url must be defined"
           }
          ]
         },
         "title": {
          "description": "Title people read.",
          "type": "string",
          "maxLength": 253
         },
         "versions": {
          "description": "Versions of the API.",
          "type": "array",
          "minItems": 1,
          "maxItems": 100,
          "items": {
           "description": "Reference to a version.",
           "type": "object",
           "required": [
            "name"
           ],
           "properties": {
            "name": {
             "description": "Name of the APIVersion, in the namespace of this object.",
             "type": "string",
             "maxLength": 253
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
         "hash": {
          "description": "Hash of the synchronised content, to tell whether it has changed since.",
          "type": "string"
         },
         "conditions": {
          "description": "State of this object, one entry per aspect.",
          "type": "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": [
           "type"
          ],
          "items": {
           "description": "One aspect of the state of this object.",
           "type": "object",
           "required": [
            "lastTransitionTime",
            "message",
            "reason",
            "status",
            "type"
           ],
           "properties": {
            "lastTransitionTime": {
             "description": "When the condition last changed.",
             "type": "string",
             "format": "date-time"
            },
            "message": {
             "description": "Explanation a person can read. May be empty.",
             "type": "string",
             "maxLength": 32768
            },
            "observedGeneration": {
             "description": "Generation of the object the condition was computed from.",
             "type": "integer",
             "format": "int64",
             "minimum": 0
            },
            "reason": {
             "description": "Reason of the last change, one word in CamelCase.",
             "type": "string",
             "minLength": 1,
             "maxLength": 1024,
             "pattern": "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"
            },
            "status": {
             "description": "Whether the condition holds.",
             "type": "string",
             "enum": [
              "True",
              "False",
              "Unknown"
             ]
            },
            "type": {
             "description": "Which aspect this is, in CamelCase.",
             "type": "string",
             "maxLength": 316,
             "pattern": "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$"
            }
           }
          }
         },
         "resolvedVersions": {
          "description": "Versions this object refers to that exist.",
          "type": "array",
          "items": {
           "description": "Reference.",
           "type": "object",
           "required": [
            "name"
           ],
           "properties": {
            "name": {
             "description": "Name.",
             "type": "string"
            }
           }
          }
         },
         "unresolvedVersions": {
          "description": "Versions this object refers to that do not exist.",
          "type": "array",
          "items": {
           "description": "Reference.",
           "type": "object",
           "required": [
            "name"
           ],
           "properties": {
            "name": {
             "description": "Name.",
             "type": "string"
            }
           }
          }
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
  "scope": "Namespaced",
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
    "deprecated": true,
    "deprecationWarning": "APIAccess is deprecated; use APICatalogItem and ManagedSubscription instead.",
    "subresources": {
     "status": {}
    },
    "schema": {
     "openAPIV3Schema": {
      "description": "APIAccess opens APIs to groups of users. Deprecated: use APICatalogItem and ManagedSubscription.",
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
         "apiBundles": {
          "description": "Bundles to open.",
          "type": "array",
          "maxItems": 100,
          "x-kubernetes-validations": [
           {
            "rule": "self.all(x, self.exists_one(y, x.name == y.name))",
            "message": "duplicated apiBundles"
           }
          ],
          "items": {
           "description": "Reference to an APIBundle.",
           "type": "object",
           "required": [
            "name"
           ],
           "properties": {
            "name": {
             "description": "Name, in the namespace of this object.",
             "type": "string",
             "maxLength": 253
            }
           }
          }
         },
         "apiPlan": {
          "description": "Plan that limits the calls.",
          "type": "object",
          "required": [
           "name"
          ],
          "properties": {
           "name": {
            "description": "Name of the APIPlan, in the namespace of this object.",
            "type": "string",
            "maxLength": 253
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
            "rule": "self.all(x, self.exists_one(y, x.name == y.name))",
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
             "description": "Name, in the namespace of this object.",
             "type": "string",
             "maxLength": 253
            }
           }
          }
         },
         "everyone": {
          "description": "Open to every signed-in user.",
          "type": "boolean"
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
         },
         "weight": {
          "description": "Which plan applies when several give access to one API: that of the highest weight, then the first by name.",
          "type": "integer",
          "x-kubernetes-validations": [
           {
            "rule": "self >= 0",
            "message": "must be a positive number"
           }
          ]
         }
        },
        "x-kubernetes-validations": [
         {
          "rule": "has(self.everyone) && has(self.groups) ? !(self.everyone && self.groups.size() > 0) : true",
          "message": "groups and everyone are mutually exclusive"
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
         },
         "conditions": {
          "description": "State of this object, one entry per aspect.",
          "type": "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": [
           "type"
          ],
          "items": {
           "description": "One aspect of the state of this object.",
           "type": "object",
           "required": [
            "lastTransitionTime",
            "message",
            "reason",
            "status",
            "type"
           ],
           "properties": {
            "lastTransitionTime": {
             "description": "When the condition last changed.",
             "type": "string",
             "format": "date-time"
            },
            "message": {
             "description": "Explanation a person can read. May be empty.",
             "type": "string",
             "maxLength": 32768
            },
            "observedGeneration": {
             "description": "Generation of the object the condition was computed from.",
             "type": "integer",
             "format": "int64",
             "minimum": 0
            },
            "reason": {
             "description": "Reason of the last change, one word in CamelCase.",
             "type": "string",
             "minLength": 1,
             "maxLength": 1024,
             "pattern": "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"
            },
            "status": {
             "description": "Whether the condition holds.",
             "type": "string",
             "enum": [
              "True",
              "False",
              "Unknown"
             ]
            },
            "type": {
             "description": "Which aspect this is, in CamelCase.",
             "type": "string",
             "maxLength": 316,
             "pattern": "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$"
            }
           }
          }
         },
         "resolvedApis": {
          "description": "APIs this object refers to that exist.",
          "type": "array",
          "items": {
           "description": "Reference.",
           "type": "object",
           "required": [
            "name"
           ],
           "properties": {
            "name": {
             "description": "Name.",
             "type": "string"
            }
           }
          }
         },
         "unresolvedApis": {
          "description": "APIs this object refers to that do not exist.",
          "type": "array",
          "items": {
           "description": "Reference.",
           "type": "object",
           "required": [
            "name"
           ],
           "properties": {
            "name": {
             "description": "Name.",
             "type": "string"
            }
           }
          }
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
  "name": "apiauths.hub.traefik.io"
 },
 "spec": {
  "group": "hub.traefik.io",
  "scope": "Namespaced",
  "names": {
   "kind": "APIAuth",
   "listKind": "APIAuthList",
   "plural": "apiauths",
   "singular": "apiauth"
  },
  "versions": [
   {
    "name": "v1alpha1",
    "served": true,
    "storage": true,
    "subresources": {
     "status": {}
    },
    "schema": {
     "openAPIV3Schema": {
      "description": "APIAuth says how callers of the APIs of its namespace prove who they are. One of a namespace is the default.",
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
        "description": "Kind of this object: APIAuth.",
        "type": "string"
       },
       "metadata": {
        "type": "object"
       },
       "spec": {
        "description": "How callers prove who they are.",
        "type": "object",
        "required": [
         "isDefault"
        ],
        "properties": {
         "apiKey": {
          "description": "Callers present an API key.",
          "type": "object",
          "properties": {
           "keySource": {
            "description": "Where in the request the key is. Absent, it is the Authorization header with scheme Bearer, or the query parameter api_key; set, nothing else.",
            "type": "object",
            "minProperties": 1,
            "properties": {
             "header": {
              "description": "Name of a request header that holds the key.",
              "type": "string"
             },
             "headerAuthScheme": {
              "description": "Scheme that must precede the key in the Authorization header.",
              "type": "string"
             },
             "query": {
              "description": "Name of a query parameter that holds the key.",
              "type": "string"
             }
            },
            "x-kubernetes-validations": [
             {
              "rule": "!has(self.headerAuthScheme) || (has(self.header) && self.header == 'Authorization')",
              "message": "headerAuthScheme can only be used when header is 'Authorization'"
             }
            ]
           }
          }
         },
         "isDefault": {
          "description": "Applies to every API of the namespace.",
          "type": "boolean"
         },
         "jwt": {
          "description": "Callers present a signed JSON Web Token.",
          "type": "object",
          "required": [
           "appIdClaim"
          ],
          "properties": {
           "appIdClaim": {
            "description": "Claim that holds the application ID, such as client_id or azp.",
            "type": "string"
           },
           "clientConfig": {
            "description": "How to reach the other side.",
            "type": "object",
            "properties": {
             "maxRetries": {
              "description": "How often to try again when it does not answer.",
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
           "jwksFile": {
            "description": "JSON Web Key Set to verify signatures with.",
            "type": "string"
           },
           "jwksUrl": {
            "description": "URL of the JSON Web Key Set. Deprecated: use trustedIssuers.",
            "type": "string",
            "x-kubernetes-validations": [
             {
              "rule": "isURL(self) && self.startsWith('https://')",
              "message": "must be a valid HTTPS URL"
             }
            ]
           },
           "publicKey": {
            "description": "Public key to verify signatures with, in PEM.",
            "type": "string"
           },
           "signingSecretName": {
            "description": "Secret that holds the key of HMAC signatures, under the key value.",
            "type": "string",
            "maxLength": 253
           },
           "stripAuthorizationHeader": {
            "description": "Remove the Authorization header before the request is forwarded.",
            "type": "boolean"
           },
           "tokenNameClaim": {
            "description": "Claim that names the token in metrics.",
            "type": "string"
           },
           "tokenQueryKey": {
            "description": "Query parameter to look for the token in.",
            "type": "string"
           },
           "trustedIssuers": {
            "description": "Issuers whose tokens are accepted.",
            "type": "array",
            "minItems": 1,
            "maxItems": 100,
            "x-kubernetes-validations": [
             {
              "rule": "self.filter(x, !has(x.issuer)).size() <= 1",
              "message": "at most one trusted issuer can be without issuer"
             }
            ],
            "items": {
             "description": "An issuer.",
             "type": "object",
             "required": [
              "jwksUrl"
             ],
             "properties": {
              "issuer": {
               "description": "Issuer as tokens name it. Absent, this one serves tokens of any other issuer.",
               "type": "string"
              },
              "jwksUrl": {
               "description": "URL of its JSON Web Key Set.",
               "type": "string",
               "x-kubernetes-validations": [
                {
                 "rule": "isURL(self) && self.startsWith('https://')",
                 "message": "must be a valid HTTPS URL"
                }
               ]
              }
             }
            }
           }
          },
          "x-kubernetes-validations": [
           {
            "rule": "[has(self.signingSecretName), has(self.publicKey), has(self.jwksFile), has(self.jwksUrl), has(self.trustedIssuers)].filter(x, x).size() == 1",
            "message": "exactly one of signingSecretName, publicKey, jwksFile, jwksUrl or trustedIssuers must be specified"
           }
          ]
         },
         "ldap": {
          "description": "Callers present the user name and password of a directory.",
          "type": "object",
          "required": [
           "baseDn",
           "url"
          ],
          "properties": {
           "attribute": {
            "description": "Attribute that holds the user name.",
            "type": "string",
            "default": "cn"
           },
           "baseDn": {
            "description": "Where in the directory users are looked for.",
            "type": "string"
           },
           "bindDn": {
            "description": "Name to bind with. Absent, the bind is anonymous.",
            "type": "string"
           },
           "bindPasswordSecretName": {
            "description": "Secret that holds the password to bind with, under the key password.",
            "type": "string",
            "maxLength": 253
           },
           "certificateAuthority": {
            "description": "Certificate authorities to trust, in PEM.",
            "type": "string"
           },
           "insecureSkipVerify": {
            "description": "Accept any certificate. Not for production.",
            "type": "boolean"
           },
           "searchFilter": {
            "description": "Filter to search the user with; %s stands for the user name.",
            "type": "string"
           },
           "startTls": {
            "description": "Switch the connection to TLS.",
            "type": "boolean"
           },
           "url": {
            "description": "Address of the directory: ldap:// or ldaps://.",
            "type": "string",
            "x-kubernetes-validations": [
             {
              "rule": "isURL(self) && (self.startsWith('ldap://') || self.startsWith('ldaps://'))",
              "message": "must be a valid LDAP URL"
             }
            ]
           }
          }
         }
        },
        "x-kubernetes-validations": [
         {
          "rule": "[has(self.apiKey), has(self.jwt), has(self.ldap)].filter(x, x).size() == 1",
          "message": "exactly one authentication method must be specified"
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
         },
         "conditions": {
          "description": "State of this object, one entry per aspect.",
          "type": "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": [
           "type"
          ],
          "items": {
           "description": "One aspect of the state of this object.",
           "type": "object",
           "required": [
            "lastTransitionTime",
            "message",
            "reason",
            "status",
            "type"
           ],
           "properties": {
            "lastTransitionTime": {
             "description": "When the condition last changed.",
             "type": "string",
             "format": "date-time"
            },
            "message": {
             "description": "Explanation a person can read. May be empty.",
             "type": "string",
             "maxLength": 32768
            },
            "observedGeneration": {
             "description": "Generation of the object the condition was computed from.",
             "type": "integer",
             "format": "int64",
             "minimum": 0
            },
            "reason": {
             "description": "Reason of the last change, one word in CamelCase.",
             "type": "string",
             "minLength": 1,
             "maxLength": 1024,
             "pattern": "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"
            },
            "status": {
             "description": "Whether the condition holds.",
             "type": "string",
             "enum": [
              "True",
              "False",
              "Unknown"
             ]
            },
            "type": {
             "description": "Which aspect this is, in CamelCase.",
             "type": "string",
             "maxLength": 316,
             "pattern": "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$"
            }
           }
          }
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
  "name": "apibundles.hub.traefik.io"
 },
 "spec": {
  "group": "hub.traefik.io",
  "scope": "Namespaced",
  "names": {
   "kind": "APIBundle",
   "listKind": "APIBundleList",
   "plural": "apibundles",
   "singular": "apibundle"
  },
  "versions": [
   {
    "name": "v1alpha1",
    "served": true,
    "storage": true,
    "subresources": {
     "status": {}
    },
    "schema": {
     "openAPIV3Schema": {
      "description": "APIBundle groups APIs so that they can be offered and subscribed to together; they then share one counter of a plan. Bundles do not nest.",
      "type": "object",
      "properties": {
       "apiVersion": {
        "description": "Version of the schema this object is written in: hub.traefik.io/v1alpha1.",
        "type": "string"
       },
       "kind": {
        "description": "Kind of this object: APIBundle.",
        "type": "string"
       },
       "metadata": {
        "type": "object"
       },
       "spec": {
        "description": "The APIs of the bundle.",
        "type": "object",
        "properties": {
         "apiSelector": {
          "description": "APIs of the bundle, by their labels, beside those listed. Absent, it selects nothing; empty ({}), it selects everything.",
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
          "description": "APIs of the bundle.",
          "type": "array",
          "maxItems": 100,
          "x-kubernetes-validations": [
           {
            "rule": "self.all(x, self.exists_one(y, x.name == y.name))",
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
             "description": "Name, in the namespace of this object.",
             "type": "string",
             "maxLength": 253
            }
           }
          }
         },
         "title": {
          "description": "Title people read.",
          "type": "string",
          "maxLength": 253
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
         "conditions": {
          "description": "State of this object, one entry per aspect.",
          "type": "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": [
           "type"
          ],
          "items": {
           "description": "One aspect of the state of this object.",
           "type": "object",
           "required": [
            "lastTransitionTime",
            "message",
            "reason",
            "status",
            "type"
           ],
           "properties": {
            "lastTransitionTime": {
             "description": "When the condition last changed.",
             "type": "string",
             "format": "date-time"
            },
            "message": {
             "description": "Explanation a person can read. May be empty.",
             "type": "string",
             "maxLength": 32768
            },
            "observedGeneration": {
             "description": "Generation of the object the condition was computed from.",
             "type": "integer",
             "format": "int64",
             "minimum": 0
            },
            "reason": {
             "description": "Reason of the last change, one word in CamelCase.",
             "type": "string",
             "minLength": 1,
             "maxLength": 1024,
             "pattern": "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"
            },
            "status": {
             "description": "Whether the condition holds.",
             "type": "string",
             "enum": [
              "True",
              "False",
              "Unknown"
             ]
            },
            "type": {
             "description": "Which aspect this is, in CamelCase.",
             "type": "string",
             "maxLength": 316,
             "pattern": "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$"
            }
           }
          }
         },
         "resolvedApis": {
          "description": "APIs this object refers to that exist.",
          "type": "array",
          "items": {
           "description": "Reference.",
           "type": "object",
           "required": [
            "name"
           ],
           "properties": {
            "name": {
             "description": "Name.",
             "type": "string"
            }
           }
          }
         },
         "unresolvedApis": {
          "description": "APIs this object refers to that do not exist.",
          "type": "array",
          "items": {
           "description": "Reference.",
           "type": "object",
           "required": [
            "name"
           ],
           "properties": {
            "name": {
             "description": "Name.",
             "type": "string"
            }
           }
          }
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
  "name": "apicatalogitems.hub.traefik.io"
 },
 "spec": {
  "group": "hub.traefik.io",
  "scope": "Namespaced",
  "names": {
   "kind": "APICatalogItem",
   "listKind": "APICatalogItemList",
   "plural": "apicatalogitems",
   "singular": "apicatalogitem"
  },
  "versions": [
   {
    "name": "v1alpha1",
    "served": true,
    "storage": true,
    "subresources": {
     "status": {}
    },
    "schema": {
     "openAPIV3Schema": {
      "description": "APICatalogItem shows APIs to groups of users in portals, and says which plan they may subscribe with. It does not let them call.",
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
        "description": "Kind of this object: APICatalogItem.",
        "type": "string"
       },
       "metadata": {
        "type": "object"
       },
       "spec": {
        "description": "What is shown to whom.",
        "type": "object",
        "properties": {
         "apiBundles": {
          "description": "Bundles to show.",
          "type": "array",
          "maxItems": 100,
          "x-kubernetes-validations": [
           {
            "rule": "self.all(x, self.exists_one(y, x.name == y.name))",
            "message": "duplicated apiBundles"
           }
          ],
          "items": {
           "description": "Reference to an APIBundle.",
           "type": "object",
           "required": [
            "name"
           ],
           "properties": {
            "name": {
             "description": "Name, in the namespace of this object.",
             "type": "string",
             "maxLength": 253
            }
           }
          }
         },
         "apiPlan": {
          "description": "Plan offered for them.",
          "type": "object",
          "required": [
           "name"
          ],
          "properties": {
           "name": {
            "description": "Name of the APIPlan, in the namespace of this object.",
            "type": "string",
            "maxLength": 253
           }
          }
         },
         "apiSelector": {
          "description": "APIs to show, by their labels, beside those listed. Absent, it selects nothing; empty ({}), it selects everything.",
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
          "description": "APIs to show.",
          "type": "array",
          "maxItems": 100,
          "x-kubernetes-validations": [
           {
            "rule": "self.all(x, self.exists_one(y, x.name == y.name))",
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
             "description": "Name, in the namespace of this object.",
             "type": "string",
             "maxLength": 253
            }
           }
          }
         },
         "everyone": {
          "description": "Show them to every signed-in user.",
          "type": "boolean"
         },
         "groups": {
          "description": "Groups of users to show them to.",
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
          "rule": "has(self.everyone) && has(self.groups) ? !(self.everyone && self.groups.size() > 0) : true",
          "message": "groups and everyone are mutually exclusive"
         },
         {
          "rule": "(has(self.everyone) && self.everyone) || (has(self.groups) && self.groups.size() > 0)",
          "message": "groups is required when everyone is false"
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
         },
         "conditions": {
          "description": "State of this object, one entry per aspect.",
          "type": "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": [
           "type"
          ],
          "items": {
           "description": "One aspect of the state of this object.",
           "type": "object",
           "required": [
            "lastTransitionTime",
            "message",
            "reason",
            "status",
            "type"
           ],
           "properties": {
            "lastTransitionTime": {
             "description": "When the condition last changed.",
             "type": "string",
             "format": "date-time"
            },
            "message": {
             "description": "Explanation a person can read. May be empty.",
             "type": "string",
             "maxLength": 32768
            },
            "observedGeneration": {
             "description": "Generation of the object the condition was computed from.",
             "type": "integer",
             "format": "int64",
             "minimum": 0
            },
            "reason": {
             "description": "Reason of the last change, one word in CamelCase.",
             "type": "string",
             "minLength": 1,
             "maxLength": 1024,
             "pattern": "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"
            },
            "status": {
             "description": "Whether the condition holds.",
             "type": "string",
             "enum": [
              "True",
              "False",
              "Unknown"
             ]
            },
            "type": {
             "description": "Which aspect this is, in CamelCase.",
             "type": "string",
             "maxLength": 316,
             "pattern": "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$"
            }
           }
          }
         },
         "resolvedApis": {
          "description": "APIs this object refers to that exist.",
          "type": "array",
          "items": {
           "description": "Reference.",
           "type": "object",
           "required": [
            "name"
           ],
           "properties": {
            "name": {
             "description": "Name.",
             "type": "string"
            }
           }
          }
         },
         "unresolvedApis": {
          "description": "APIs this object refers to that do not exist.",
          "type": "array",
          "items": {
           "description": "Reference.",
           "type": "object",
           "required": [
            "name"
           ],
           "properties": {
            "name": {
             "description": "Name.",
             "type": "string"
            }
           }
          }
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
  "name": "apiplans.hub.traefik.io"
 },
 "spec": {
  "group": "hub.traefik.io",
  "scope": "Namespaced",
  "names": {
   "kind": "APIPlan",
   "listKind": "APIPlanList",
   "plural": "apiplans",
   "singular": "apiplan"
  },
  "versions": [
   {
    "name": "v1alpha1",
    "served": true,
    "storage": true,
    "subresources": {
     "status": {}
    },
    "schema": {
     "openAPIV3Schema": {
      "description": "APIPlan says how much a subscription may call.",
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
        "description": "Kind of this object: APIPlan.",
        "type": "string"
       },
       "metadata": {
        "type": "object"
       },
       "spec": {
        "description": "The plan.",
        "type": "object",
        "required": [
         "title"
        ],
        "properties": {
         "description": {
          "description": "Description people read.",
          "type": "string"
         },
         "quota": {
          "description": "How many requests a long period allows in all.",
          "type": "object",
          "required": [
           "limit"
          ],
          "properties": {
           "bucket": {
            "description": "What is counted together: all of a subscription; each application and API apart; or all APIs of an application.",
            "type": "string",
            "default": "subscription",
            "enum": [
             "subscription",
             "application-api",
             "application"
            ]
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
            "description": "Period the quota counts over, such as 24h or 750h.",
            "type": "string",
            "format": "duration",
            "x-kubernetes-validations": [
             {
              "rule": "self >= duration('1s') && self <= duration('9999h')",
              "message": "must be between 1s and 9999h"
             }
            ]
           }
          }
         },
         "rateLimit": {
          "description": "How fast requests may come.",
          "type": "object",
          "required": [
           "limit"
          ],
          "properties": {
           "bucket": {
            "description": "What is counted together: all of a subscription; each application and API apart; or all APIs of an application.",
            "type": "string",
            "default": "subscription",
            "enum": [
             "subscription",
             "application-api",
             "application"
            ]
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
            "description": "Period the limit counts over, such as 1s or 1m.",
            "type": "string",
            "format": "duration",
            "x-kubernetes-validations": [
             {
              "rule": "self >= duration('1s') && self <= duration('1h')",
              "message": "must be between 1s and 1h"
             }
            ]
           }
          }
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
         },
         "conditions": {
          "description": "State of this object, one entry per aspect.",
          "type": "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": [
           "type"
          ],
          "items": {
           "description": "One aspect of the state of this object.",
           "type": "object",
           "required": [
            "lastTransitionTime",
            "message",
            "reason",
            "status",
            "type"
           ],
           "properties": {
            "lastTransitionTime": {
             "description": "When the condition last changed.",
             "type": "string",
             "format": "date-time"
            },
            "message": {
             "description": "Explanation a person can read. May be empty.",
             "type": "string",
             "maxLength": 32768
            },
            "observedGeneration": {
             "description": "Generation of the object the condition was computed from.",
             "type": "integer",
             "format": "int64",
             "minimum": 0
            },
            "reason": {
             "description": "Reason of the last change, one word in CamelCase.",
             "type": "string",
             "minLength": 1,
             "maxLength": 1024,
             "pattern": "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"
            },
            "status": {
             "description": "Whether the condition holds.",
             "type": "string",
             "enum": [
              "True",
              "False",
              "Unknown"
             ]
            },
            "type": {
             "description": "Which aspect this is, in CamelCase.",
             "type": "string",
             "maxLength": 316,
             "pattern": "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$"
            }
           }
          }
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
  "scope": "Namespaced",
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
    "subresources": {
     "status": {}
    },
    "schema": {
     "openAPIV3Schema": {
      "description": "APIPortal is a web site on which users find APIs, subscribe and make keys. It is reached where the annotation hub.traefik.io/api-portal of an Ingress or IngressRoute names it.",
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
         "trustedUrls"
        ],
        "properties": {
         "auth": {
          "description": "How users sign in.",
          "type": "object",
          "required": [
           "name"
          ],
          "properties": {
           "name": {
            "description": "Name of the APIPortalAuth, in the namespace of this object.",
            "type": "string",
            "maxLength": 253
           }
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
         "trustedUrls": {
          "description": "Address of the portal; sign-in returns nowhere else.",
          "type": "array",
          "minItems": 1,
          "maxItems": 1,
          "x-kubernetes-validations": [
           {
            "rule": "self.all(x, isURL(x))",
            "message": "must be a valid URLs"
           }
          ],
          "items": {
           "type": "string"
          }
         },
         "ui": {
          "description": "Looks of the portal.",
          "type": "object",
          "properties": {
           "logoUrl": {
            "description": "Address of the logo.",
            "type": "string"
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
         "hash": {
          "description": "Hash of the synchronised content, to tell whether it has changed since.",
          "type": "string"
         },
         "conditions": {
          "description": "State of this object, one entry per aspect.",
          "type": "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": [
           "type"
          ],
          "items": {
           "description": "One aspect of the state of this object.",
           "type": "object",
           "required": [
            "lastTransitionTime",
            "message",
            "reason",
            "status",
            "type"
           ],
           "properties": {
            "lastTransitionTime": {
             "description": "When the condition last changed.",
             "type": "string",
             "format": "date-time"
            },
            "message": {
             "description": "Explanation a person can read. May be empty.",
             "type": "string",
             "maxLength": 32768
            },
            "observedGeneration": {
             "description": "Generation of the object the condition was computed from.",
             "type": "integer",
             "format": "int64",
             "minimum": 0
            },
            "reason": {
             "description": "Reason of the last change, one word in CamelCase.",
             "type": "string",
             "minLength": 1,
             "maxLength": 1024,
             "pattern": "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"
            },
            "status": {
             "description": "Whether the condition holds.",
             "type": "string",
             "enum": [
              "True",
              "False",
              "Unknown"
             ]
            },
            "type": {
             "description": "Which aspect this is, in CamelCase.",
             "type": "string",
             "maxLength": 316,
             "pattern": "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$"
            }
           }
          }
         },
         "oidc": {
          "description": "Sign-in of the portal.",
          "type": "object",
          "properties": {
           "clientId": {
            "description": "Client ID of the portal.",
            "type": "string"
           },
           "companyClaim": {
            "description": "Claim that holds the company.",
            "type": "string"
           },
           "emailClaim": {
            "description": "Claim that holds the e-mail address.",
            "type": "string"
           },
           "firstnameClaim": {
            "description": "Claim that holds the first name.",
            "type": "string"
           },
           "generic": {
            "description": "The provider is any OpenID Connect provider.",
            "type": "boolean"
           },
           "groupsClaim": {
            "description": "Claim that holds the groups.",
            "type": "string"
           },
           "issuer": {
            "description": "Issuer of its tokens.",
            "type": "string"
           },
           "lastnameClaim": {
            "description": "Claim that holds the last name.",
            "type": "string"
           },
           "scopes": {
            "description": "Scopes asked for.",
            "type": "array",
            "items": {
             "type": "string"
            }
           },
           "secretName": {
            "description": "Secret that holds its client secret.",
            "type": "string"
           },
           "syncedAttributes": {
            "description": "Attributes kept in step with the provider.",
            "type": "array",
            "items": {
             "type": "string"
            }
           },
           "userIdClaim": {
            "description": "Claim that holds the user ID.",
            "type": "string"
           }
          }
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
  "name": "apiportalauths.hub.traefik.io"
 },
 "spec": {
  "group": "hub.traefik.io",
  "scope": "Namespaced",
  "names": {
   "kind": "APIPortalAuth",
   "listKind": "APIPortalAuthList",
   "plural": "apiportalauths",
   "singular": "apiportalauth"
  },
  "versions": [
   {
    "name": "v1alpha1",
    "served": true,
    "storage": true,
    "subresources": {
     "status": {}
    },
    "schema": {
     "openAPIV3Schema": {
      "description": "APIPortalAuth says how users sign in to portals of its namespace.",
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
        "description": "Kind of this object: APIPortalAuth.",
        "type": "string"
       },
       "metadata": {
        "type": "object"
       },
       "spec": {
        "description": "How users sign in.",
        "type": "object",
        "properties": {
         "ldap": {
          "description": "Users sign in with the password of a directory.",
          "type": "object",
          "required": [
           "baseDn",
           "url"
          ],
          "properties": {
           "attribute": {
            "description": "Attribute that holds the user name.",
            "type": "string",
            "default": "cn"
           },
           "baseDn": {
            "description": "Where in the directory users are looked for.",
            "type": "string"
           },
           "bindDn": {
            "description": "Name to bind with. Absent, the bind is anonymous.",
            "type": "string"
           },
           "bindPasswordSecretName": {
            "description": "Secret that holds the password to bind with, under the key password.",
            "type": "string",
            "maxLength": 253
           },
           "certificateAuthority": {
            "description": "Certificate authorities to trust, in PEM.",
            "type": "string"
           },
           "insecureSkipVerify": {
            "description": "Accept any certificate. Not for production.",
            "type": "boolean"
           },
           "searchFilter": {
            "description": "Filter to search the user with; %s stands for the user name.",
            "type": "string"
           },
           "startTls": {
            "description": "Switch the connection to TLS.",
            "type": "boolean"
           },
           "url": {
            "description": "Address of the directory: ldap:// or ldaps://.",
            "type": "string",
            "x-kubernetes-validations": [
             {
              "rule": "isURL(self) && (self.startsWith('ldap://') || self.startsWith('ldaps://'))",
              "message": "must be a valid LDAP URL"
             }
            ]
           },
           "attributes": {
            "description": "Attributes of the directory that hold what is known of a user.",
            "type": "object",
            "properties": {
             "userId": {
              "description": "Attribute that holds the user ID.",
              "type": "string"
             },
             "firstname": {
              "description": "Attribute that holds the first name.",
              "type": "string"
             },
             "lastname": {
              "description": "Attribute that holds the last name.",
              "type": "string"
             },
             "email": {
              "description": "Attribute that holds the e-mail address.",
              "type": "string"
             },
             "company": {
              "description": "Attribute that holds the company.",
              "type": "string"
             }
            }
           },
           "groups": {
            "description": "Groups of a user.",
            "type": "object",
            "properties": {
             "memberOfAttribute": {
              "description": "Attribute that holds the groups.",
              "type": "string",
              "default": "memberOf"
             }
            }
           },
           "syncedAttributes": {
            "description": "Attributes kept in step with the provider.",
            "type": "array",
            "maxItems": 6,
            "items": {
             "description": "An attribute.",
             "type": "string",
             "enum": [
              "groups",
              "userId",
              "firstname",
              "lastname",
              "email",
              "company"
             ]
            }
           }
          }
         },
         "oidc": {
          "description": "Users sign in at an OpenID Connect provider.",
          "type": "object",
          "required": [
           "claims",
           "issuerUrl",
           "secretName"
          ],
          "properties": {
           "claims": {
            "description": "Claims of the token that hold what is known of a user.",
            "type": "object",
            "required": [
             "groups"
            ],
            "properties": {
             "company": {
              "description": "Claim that holds the company.",
              "type": "string"
             },
             "email": {
              "description": "Claim that holds the e-mail address.",
              "type": "string"
             },
             "firstname": {
              "description": "Claim that holds the first name.",
              "type": "string"
             },
             "groups": {
              "description": "Claim that holds the groups.",
              "type": "string"
             },
             "lastname": {
              "description": "Claim that holds the last name.",
              "type": "string"
             },
             "organizationId": {
              "description": "Claim that holds the ID of the organisation.",
              "type": "string"
             },
             "organizationName": {
              "description": "Claim that holds the name of the organisation.",
              "type": "string"
             },
             "userId": {
              "description": "Claim that holds the user ID.",
              "type": "string"
             }
            }
           },
           "clientConfig": {
            "description": "How to reach the other side.",
            "type": "object",
            "properties": {
             "maxRetries": {
              "description": "How often to try again when it does not answer.",
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
             }
            }
           },
           "issuerUrl": {
            "description": "URL of the provider.",
            "type": "string",
            "x-kubernetes-validations": [
             {
              "rule": "isURL(self)",
              "message": "must be a valid URL"
             }
            ]
           },
           "scopes": {
            "description": "Scopes to ask for.",
            "type": "array",
            "items": {
             "type": "string"
            }
           },
           "secretName": {
            "description": "Secret that holds the client, under the keys clientId and clientSecret.",
            "type": "string",
            "maxLength": 253
           },
           "syncedAttributes": {
            "description": "Attributes kept in step with the provider.",
            "type": "array",
            "maxItems": 6,
            "items": {
             "description": "An attribute.",
             "type": "string",
             "enum": [
              "groups",
              "userId",
              "firstname",
              "lastname",
              "email",
              "company"
             ]
            }
           }
          }
         }
        },
        "x-kubernetes-validations": [
         {
          "rule": "[has(self.oidc), has(self.ldap)].filter(x, x).size() == 1",
          "message": "exactly one of oidc or ldap must be specified"
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
         },
         "conditions": {
          "description": "State of this object, one entry per aspect.",
          "type": "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": [
           "type"
          ],
          "items": {
           "description": "One aspect of the state of this object.",
           "type": "object",
           "required": [
            "lastTransitionTime",
            "message",
            "reason",
            "status",
            "type"
           ],
           "properties": {
            "lastTransitionTime": {
             "description": "When the condition last changed.",
             "type": "string",
             "format": "date-time"
            },
            "message": {
             "description": "Explanation a person can read. May be empty.",
             "type": "string",
             "maxLength": 32768
            },
            "observedGeneration": {
             "description": "Generation of the object the condition was computed from.",
             "type": "integer",
             "format": "int64",
             "minimum": 0
            },
            "reason": {
             "description": "Reason of the last change, one word in CamelCase.",
             "type": "string",
             "minLength": 1,
             "maxLength": 1024,
             "pattern": "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"
            },
            "status": {
             "description": "Whether the condition holds.",
             "type": "string",
             "enum": [
              "True",
              "False",
              "Unknown"
             ]
            },
            "type": {
             "description": "Which aspect this is, in CamelCase.",
             "type": "string",
             "maxLength": 316,
             "pattern": "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$"
            }
           }
          }
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
  "scope": "Namespaced",
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
    "deprecated": true,
    "deprecationWarning": "APIRateLimit is deprecated; use APIPlan instead.",
    "schema": {
     "openAPIV3Schema": {
      "description": "APIRateLimit limits how often users of some groups may call some APIs. Deprecated: use APIPlan.",
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
            "rule": "self.all(x, self.exists_one(y, x.name == y.name))",
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
             "description": "Name, in the namespace of this object.",
             "type": "string",
             "maxLength": 253
            }
           }
          }
         },
         "everyone": {
          "description": "Limit every signed-in user for whom no limit names a group.",
          "type": "boolean"
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
          "description": "Period the limit counts over. Defaults to one second.",
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
          "rule": "has(self.everyone) && has(self.groups) ? !(self.everyone && self.groups.size() > 0) : true",
          "message": "groups and everyone are mutually exclusive"
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
      "name": "Title",
      "type": "string",
      "jsonPath": ".spec.title"
     },
     {
      "name": "Release",
      "type": "string",
      "jsonPath": ".spec.release"
     }
    ],
    "subresources": {
     "status": {}
    },
    "schema": {
     "openAPIV3Schema": {
      "description": "APIVersion is one version of an API. Requests reach it where the annotation hub.traefik.io/api-version of an Ingress or IngressRoute names it.",
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
         "release"
        ],
        "properties": {
         "cors": {
          "description": "Cross-origin resource sharing: which web pages of other origins may call.",
          "type": "object",
          "properties": {
           "addVaryHeader": {
            "description": "Add the Vary header when the answer depends on the origin.",
            "type": "boolean"
           },
           "allowCredentials": {
            "description": "Let browsers send credentials.",
            "type": "boolean"
           },
           "allowHeadersList": {
            "description": "Request headers that are allowed.",
            "type": "array",
            "items": {
             "type": "string"
            }
           },
           "allowMethodsList": {
            "description": "Methods that are allowed.",
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
           "allowOriginsList": {
            "description": "Origins that are allowed.",
            "type": "array",
            "items": {
             "type": "string"
            }
           },
           "exposeHeadersList": {
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
         "description": {
          "description": "Description people read; precedes that of the OpenAPI document.",
          "type": "string"
         },
         "openApiSpec": {
          "description": "Where the OpenAPI document is, and what to make of it.",
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
           "override": {
            "description": "What to replace in the document.",
            "type": "object",
            "required": [
             "servers"
            ],
            "properties": {
             "servers": {
              "description": "Servers that replace those of the document.",
              "type": "array",
              "minItems": 1,
              "maxItems": 100,
              "items": {
               "description": "A server.",
               "type": "object",
               "required": [
                "url"
               ],
               "properties": {
                "url": {
                 "description": "URL of the server.",
                 "type": "string",
                 "x-kubernetes-validations": [
                  {
                   "rule": "isURL(self)",
                   "message": "must be a valid URL"
                  }
                 ]
                }
               }
              }
             }
            }
           },
           "path": {
            "description": "Path of the document on the Service the API is attached to; that route must have one Service only.",
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
           "refreshInterval": {
            "description": "How often the document is fetched anew.",
            "type": "string",
            "format": "duration",
            "x-kubernetes-validations": [
             {
              "rule": "self >= duration('1m')",
              "message": "must be at least 1m"
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
           },
           "validateRequestBodySchema": {
            "description": "Refuse requests whose body does not fit the document. Overrides the setting of the agent.",
            "type": "boolean"
           },
           "validateRequestMethodAndPath": {
            "description": "Refuse requests whose method and path are not in the document. Overrides the setting of the agent.",
            "type": "boolean"
           }
          },
          "x-kubernetes-validations": [
           {
            "rule": "has(self.path) || has(self.url)",
            "message": "path or url must be defined"
           }
          ]
         },
         "release": {
          "description": "Release as a semantic version, with or without a leading v.",
          "type": "string",
          "maxLength": 100,
          "x-kubernetes-validations": [
           {
            "rule": "self.matches(r\"\"\"^v?(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)(-((0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)(\\.(0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*))?(\\+([0-9a-zA-Z-]+(\\.[0-9a-zA-Z-]+)*))?$\"\"\")",
            "message": "must be a valid semver version"
           }
          ]
         },
         "title": {
          "description": "Title people read; precedes that of the OpenAPI document.",
          "type": "string",
          "maxLength": 253
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
         "conditions": {
          "description": "State of this object, one entry per aspect.",
          "type": "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": [
           "type"
          ],
          "items": {
           "description": "One aspect of the state of this object.",
           "type": "object",
           "required": [
            "lastTransitionTime",
            "message",
            "reason",
            "status",
            "type"
           ],
           "properties": {
            "lastTransitionTime": {
             "description": "When the condition last changed.",
             "type": "string",
             "format": "date-time"
            },
            "message": {
             "description": "Explanation a person can read. May be empty.",
             "type": "string",
             "maxLength": 32768
            },
            "observedGeneration": {
             "description": "Generation of the object the condition was computed from.",
             "type": "integer",
             "format": "int64",
             "minimum": 0
            },
            "reason": {
             "description": "Reason of the last change, one word in CamelCase.",
             "type": "string",
             "minLength": 1,
             "maxLength": 1024,
             "pattern": "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"
            },
            "status": {
             "description": "Whether the condition holds.",
             "type": "string",
             "enum": [
              "True",
              "False",
              "Unknown"
             ]
            },
            "type": {
             "description": "Which aspect this is, in CamelCase.",
             "type": "string",
             "maxLength": 316,
             "pattern": "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$"
            }
           }
          }
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
  "name": "contentitems.hub.traefik.io"
 },
 "spec": {
  "group": "hub.traefik.io",
  "scope": "Namespaced",
  "names": {
   "kind": "ContentItem",
   "listKind": "ContentItemList",
   "plural": "contentitems",
   "singular": "contentitem"
  },
  "versions": [
   {
    "name": "v1alpha1",
    "served": true,
    "storage": true,
    "subresources": {
     "status": {}
    },
    "schema": {
     "openAPIV3Schema": {
      "description": "ContentItem is a page, or a link, that a portal shows beside its APIs.",
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
        "description": "Kind of this object: ContentItem.",
        "type": "string"
       },
       "metadata": {
        "type": "object"
       },
       "spec": {
        "description": "The page.",
        "type": "object",
        "required": [
         "order",
         "parentRef",
         "title"
        ],
        "properties": {
         "content": {
          "description": "Text of the page, in Markdown.",
          "type": "string",
          "maxLength": 1500000
         },
         "link": {
          "description": "Page elsewhere.",
          "type": "object",
          "required": [
           "href"
          ],
          "properties": {
           "href": {
            "description": "Address of the page.",
            "type": "string",
            "x-kubernetes-validations": [
             {
              "rule": "isURL(self)",
              "message": "must be a valid URL"
             }
            ]
           }
          }
         },
         "order": {
          "description": "Place among the pages of the same parent, from 0.",
          "type": "integer",
          "minimum": 0
         },
         "parentRef": {
          "description": "What the page belongs to.",
          "type": "object",
          "required": [
           "kind",
           "name"
          ],
          "properties": {
           "kind": {
            "description": "Kind of the parent.",
            "type": "string",
            "enum": [
             "APIPortal",
             "API",
             "APIBundle"
            ]
           },
           "name": {
            "description": "Name of the parent, in the namespace of this object.",
            "type": "string",
            "maxLength": 253
           }
          }
         },
         "title": {
          "description": "Title of the page.",
          "type": "string",
          "minLength": 1,
          "maxLength": 253
         }
        },
        "x-kubernetes-validations": [
         {
          "rule": "[has(self.content), has(self.link)].filter(x, x).size() == 1",
          "message": "exactly one of content or link must be specified"
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
         },
         "conditions": {
          "description": "State of this object, one entry per aspect.",
          "type": "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": [
           "type"
          ],
          "items": {
           "description": "One aspect of the state of this object.",
           "type": "object",
           "required": [
            "lastTransitionTime",
            "message",
            "reason",
            "status",
            "type"
           ],
           "properties": {
            "lastTransitionTime": {
             "description": "When the condition last changed.",
             "type": "string",
             "format": "date-time"
            },
            "message": {
             "description": "Explanation a person can read. May be empty.",
             "type": "string",
             "maxLength": 32768
            },
            "observedGeneration": {
             "description": "Generation of the object the condition was computed from.",
             "type": "integer",
             "format": "int64",
             "minimum": 0
            },
            "reason": {
             "description": "Reason of the last change, one word in CamelCase.",
             "type": "string",
             "minLength": 1,
             "maxLength": 1024,
             "pattern": "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"
            },
            "status": {
             "description": "Whether the condition holds.",
             "type": "string",
             "enum": [
              "True",
              "False",
              "Unknown"
             ]
            },
            "type": {
             "description": "Which aspect this is, in CamelCase.",
             "type": "string",
             "maxLength": 316,
             "pattern": "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$"
            }
           }
          }
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
  "name": "managedapplications.hub.traefik.io"
 },
 "spec": {
  "group": "hub.traefik.io",
  "scope": "Namespaced",
  "names": {
   "kind": "ManagedApplication",
   "listKind": "ManagedApplicationList",
   "plural": "managedapplications",
   "singular": "managedapplication"
  },
  "versions": [
   {
    "name": "v1alpha1",
    "served": true,
    "storage": true,
    "subresources": {
     "status": {}
    },
    "schema": {
     "openAPIV3Schema": {
      "description": "ManagedApplication is a program that calls APIs, with its keys.",
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
        "description": "Kind of this object: ManagedApplication.",
        "type": "string"
       },
       "metadata": {
        "type": "object"
       },
       "spec": {
        "description": "The application.",
        "type": "object",
        "required": [
         "appId",
         "owner"
        ],
        "properties": {
         "apiKeys": {
          "description": "Keys of the application.",
          "type": "array",
          "maxItems": 100,
          "items": {
           "description": "A key.",
           "type": "object",
           "properties": {
            "secretName": {
             "description": "Secret that holds the key, under the key value.",
             "type": "string",
             "maxLength": 253
            },
            "suspended": {
             "description": "The key is refused for now.",
             "type": "boolean"
            },
            "title": {
             "description": "Title people read.",
             "type": "string"
            },
            "value": {
             "description": "Hash of the key.",
             "type": "string",
             "maxLength": 4096
            }
           },
           "x-kubernetes-validations": [
            {
             "rule": "!(has(self.secretName) && has(self.value))",
             "message": "secretName and value are mutually exclusive"
            }
           ]
          }
         },
         "appId": {
          "description": "ID of the application, unique.",
          "type": "string",
          "maxLength": 253
         },
         "notes": {
          "description": "Notes people read.",
          "type": "string"
         },
         "owner": {
          "description": "User who owns it: the sub claim with OpenID Connect, the external ID with another provider.",
          "type": "string",
          "maxLength": 253
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
         "conditions": {
          "description": "State of this object, one entry per aspect.",
          "type": "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": [
           "type"
          ],
          "items": {
           "description": "One aspect of the state of this object.",
           "type": "object",
           "required": [
            "lastTransitionTime",
            "message",
            "reason",
            "status",
            "type"
           ],
           "properties": {
            "lastTransitionTime": {
             "description": "When the condition last changed.",
             "type": "string",
             "format": "date-time"
            },
            "message": {
             "description": "Explanation a person can read. May be empty.",
             "type": "string",
             "maxLength": 32768
            },
            "observedGeneration": {
             "description": "Generation of the object the condition was computed from.",
             "type": "integer",
             "format": "int64",
             "minimum": 0
            },
            "reason": {
             "description": "Reason of the last change, one word in CamelCase.",
             "type": "string",
             "minLength": 1,
             "maxLength": 1024,
             "pattern": "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"
            },
            "status": {
             "description": "Whether the condition holds.",
             "type": "string",
             "enum": [
              "True",
              "False",
              "Unknown"
             ]
            },
            "type": {
             "description": "Which aspect this is, in CamelCase.",
             "type": "string",
             "maxLength": 316,
             "pattern": "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$"
            }
           }
          }
         },
         "apiKeyVersions": {
          "description": "Version of each key.",
          "type": "object",
          "additionalProperties": {
           "type": "string"
          }
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
  "name": "managedsubscriptions.hub.traefik.io"
 },
 "spec": {
  "group": "hub.traefik.io",
  "scope": "Namespaced",
  "names": {
   "kind": "ManagedSubscription",
   "listKind": "ManagedSubscriptionList",
   "plural": "managedsubscriptions",
   "singular": "managedsubscription"
  },
  "versions": [
   {
    "name": "v1alpha1",
    "served": true,
    "storage": true,
    "subresources": {
     "status": {}
    },
    "schema": {
     "openAPIV3Schema": {
      "description": "ManagedSubscription lets applications call APIs, on the terms of a plan.",
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
        "description": "Kind of this object: ManagedSubscription.",
        "type": "string"
       },
       "metadata": {
        "type": "object"
       },
       "spec": {
        "description": "Who may call what, how much.",
        "type": "object",
        "required": [
         "apiPlan"
        ],
        "properties": {
         "apiBundles": {
          "description": "Bundles that may be called.",
          "type": "array",
          "maxItems": 100,
          "x-kubernetes-validations": [
           {
            "rule": "self.all(x, self.exists_one(y, x.name == y.name))",
            "message": "duplicated apiBundles"
           }
          ],
          "items": {
           "description": "Reference to an APIBundle.",
           "type": "object",
           "required": [
            "name"
           ],
           "properties": {
            "name": {
             "description": "Name, in the namespace of this object.",
             "type": "string",
             "maxLength": 253
            }
           }
          }
         },
         "apiPlan": {
          "description": "Plan that limits the calls.",
          "type": "object",
          "required": [
           "name"
          ],
          "properties": {
           "name": {
            "description": "Name of the APIPlan, in the namespace of this object.",
            "type": "string",
            "maxLength": 253
           }
          }
         },
         "apiSelector": {
          "description": "APIs that may be called, by their labels, beside those listed. Absent, it selects nothing; empty ({}), it selects everything.",
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
          "description": "APIs that may be called.",
          "type": "array",
          "maxItems": 100,
          "x-kubernetes-validations": [
           {
            "rule": "self.all(x, self.exists_one(y, x.name == y.name))",
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
             "description": "Name, in the namespace of this object.",
             "type": "string",
             "maxLength": 253
            }
           }
          }
         },
         "applications": {
          "description": "Applications that may call. Deprecated: use managedApplications.",
          "type": "array",
          "maxItems": 100,
          "items": {
           "description": "Reference to an application.",
           "type": "object",
           "required": [
            "appId"
           ],
           "properties": {
            "appId": {
             "description": "ID of the application.",
             "type": "string",
             "maxLength": 253
            }
           }
          }
         },
         "claims": {
          "description": "Expression the claims of the token must satisfy.",
          "type": "string"
         },
         "managedApplicationSelector": {
          "description": "Applications that may call, by their labels, beside those listed. Absent, it selects nothing; empty ({}), it selects everything.",
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
         "managedApplications": {
          "description": "Applications that may call.",
          "type": "array",
          "maxItems": 100,
          "x-kubernetes-validations": [
           {
            "rule": "self.all(x, self.exists_one(y, x.name == y.name))",
            "message": "duplicated managed applications"
           }
          ],
          "items": {
           "description": "Reference to a ManagedApplication.",
           "type": "object",
           "required": [
            "name"
           ],
           "properties": {
            "name": {
             "description": "Name, in the namespace of this object.",
             "type": "string",
             "maxLength": 253
            }
           }
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
         },
         "weight": {
          "description": "Which plan applies when several give access to one API: that of the highest weight, then the first by name.",
          "type": "integer",
          "x-kubernetes-validations": [
           {
            "rule": "self >= 0",
            "message": "must be a positive number"
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
         "conditions": {
          "description": "State of this object, one entry per aspect.",
          "type": "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": [
           "type"
          ],
          "items": {
           "description": "One aspect of the state of this object.",
           "type": "object",
           "required": [
            "lastTransitionTime",
            "message",
            "reason",
            "status",
            "type"
           ],
           "properties": {
            "lastTransitionTime": {
             "description": "When the condition last changed.",
             "type": "string",
             "format": "date-time"
            },
            "message": {
             "description": "Explanation a person can read. May be empty.",
             "type": "string",
             "maxLength": 32768
            },
            "observedGeneration": {
             "description": "Generation of the object the condition was computed from.",
             "type": "integer",
             "format": "int64",
             "minimum": 0
            },
            "reason": {
             "description": "Reason of the last change, one word in CamelCase.",
             "type": "string",
             "minLength": 1,
             "maxLength": 1024,
             "pattern": "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"
            },
            "status": {
             "description": "Whether the condition holds.",
             "type": "string",
             "enum": [
              "True",
              "False",
              "Unknown"
             ]
            },
            "type": {
             "description": "Which aspect this is, in CamelCase.",
             "type": "string",
             "maxLength": 316,
             "pattern": "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$"
            }
           }
          }
         },
         "resolvedApis": {
          "description": "APIs this object refers to that exist.",
          "type": "array",
          "items": {
           "description": "Reference.",
           "type": "object",
           "required": [
            "name"
           ],
           "properties": {
            "name": {
             "description": "Name.",
             "type": "string"
            }
           }
          }
         },
         "unresolvedApis": {
          "description": "APIs this object refers to that do not exist.",
          "type": "array",
          "items": {
           "description": "Reference.",
           "type": "object",
           "required": [
            "name"
           ],
           "properties": {
            "name": {
             "description": "Name.",
             "type": "string"
            }
           }
          }
         },
         "resolvedApplications": {
          "description": "Applications this object refers to that exist.",
          "type": "array",
          "items": {
           "description": "Reference.",
           "type": "object",
           "required": [
            "name"
           ],
           "properties": {
            "name": {
             "description": "Name.",
             "type": "string"
            }
           }
          }
         },
         "unresolvedApplications": {
          "description": "Applications this object refers to that do not exist.",
          "type": "array",
          "items": {
           "description": "Reference.",
           "type": "object",
           "required": [
            "name"
           ],
           "properties": {
            "name": {
             "description": "Name.",
             "type": "string"
            }
           }
          }
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
  "name": "uplinks.hub.traefik.io"
 },
 "spec": {
  "group": "hub.traefik.io",
  "scope": "Namespaced",
  "names": {
   "kind": "Uplink",
   "listKind": "UplinkList",
   "plural": "uplinks",
   "singular": "uplink"
  },
  "versions": [
   {
    "name": "v1alpha1",
    "served": true,
    "storage": true,
    "subresources": {
     "status": {}
    },
    "schema": {
     "openAPIV3Schema": {
      "description": "Uplink advertises a workload of this cluster to the cluster above it.",
      "type": "object",
      "properties": {
       "apiVersion": {
        "description": "Version of the schema this object is written in: hub.traefik.io/v1alpha1.",
        "type": "string"
       },
       "kind": {
        "description": "Kind of this object: Uplink.",
        "type": "string"
       },
       "metadata": {
        "type": "object"
       },
       "spec": {
        "description": "What is advertised, and how its health is checked.",
        "type": "object",
        "properties": {
         "entryPoints": {
          "description": "Entry points it is advertised on.",
          "type": "array",
          "items": {
           "type": "string"
          }
         },
         "exposeName": {
          "description": "Name it is advertised under. Defaults to <namespace>-<name>.",
          "type": "string",
          "maxLength": 253,
          "pattern": "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$"
         },
         "healthCheck": {
          "description": "Active health check.",
          "type": "object",
          "properties": {
           "followRedirects": {
            "description": "Follow redirects.",
            "type": "boolean",
            "default": true
           },
           "headers": {
            "description": "Headers to send.",
            "type": "object",
            "additionalProperties": {
             "type": "string"
            }
           },
           "hostname": {
            "description": "Value of the Host header.",
            "type": "string"
           },
           "interval": {
            "description": "Time between checks.",
            "default": "30s",
            "pattern": "^([0-9]+(ns|us|µs|ms|s|m|h)?)+$",
            "x-kubernetes-int-or-string": true
           },
           "method": {
            "description": "HTTP method.",
            "type": "string"
           },
           "mode": {
            "description": "Protocol: http or grpc.",
            "type": "string"
           },
           "path": {
            "description": "Path to ask for.",
            "type": "string"
           },
           "port": {
            "description": "Port to ask.",
            "type": "integer"
           },
           "scheme": {
            "description": "Scheme to ask with.",
            "type": "string"
           },
           "status": {
            "description": "Status code that means healthy.",
            "type": "integer"
           },
           "timeout": {
            "description": "Time to wait for an answer.",
            "default": "5s",
            "pattern": "^([0-9]+(ns|us|µs|ms|s|m|h)?)+$",
            "x-kubernetes-int-or-string": true
           },
           "unhealthyInterval": {
            "description": "Time between checks while unhealthy.",
            "pattern": "^([0-9]+(ns|us|µs|ms|s|m|h)?)+$",
            "x-kubernetes-int-or-string": true
           }
          }
         },
         "passiveHealthCheck": {
          "description": "Passive health check.",
          "type": "object",
          "properties": {
           "failureWindow": {
            "description": "Time within which failures count.",
            "pattern": "^([0-9]+(ns|us|µs|ms|s|m|h)?)+$",
            "x-kubernetes-int-or-string": true
           },
           "maxFailedAttempts": {
            "description": "Failures that mean unhealthy.",
            "type": "integer"
           }
          }
         },
         "weight": {
          "description": "Share of the requests it gets.",
          "type": "integer",
          "minimum": 0
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
         "conditions": {
          "description": "State of this object, one entry per aspect.",
          "type": "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": [
           "type"
          ],
          "items": {
           "description": "One aspect of the state of this object.",
           "type": "object",
           "required": [
            "lastTransitionTime",
            "message",
            "reason",
            "status",
            "type"
           ],
           "properties": {
            "lastTransitionTime": {
             "description": "When the condition last changed.",
             "type": "string",
             "format": "date-time"
            },
            "message": {
             "description": "Explanation a person can read. May be empty.",
             "type": "string",
             "maxLength": 32768
            },
            "observedGeneration": {
             "description": "Generation of the object the condition was computed from.",
             "type": "integer",
             "format": "int64",
             "minimum": 0
            },
            "reason": {
             "description": "Reason of the last change, one word in CamelCase.",
             "type": "string",
             "minLength": 1,
             "maxLength": 1024,
             "pattern": "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"
            },
            "status": {
             "description": "Whether the condition holds.",
             "type": "string",
             "enum": [
              "True",
              "False",
              "Unknown"
             ]
            },
            "type": {
             "description": "Which aspect this is, in CamelCase.",
             "type": "string",
             "maxLength": 316,
             "pattern": "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$"
            }
           }
          }
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
