import type { CredentialPlace } from './credential.ts';
import type { RequestModel } from '../try-it/request-model.ts';

/** A request as code is written from it. The credential is read from the environment, never written down. */
export interface CodeRequest extends RequestModel {
  readonly origin: string;
  readonly credential: CredentialPlace;
}

export interface CodeSample {
  readonly language: string;
  readonly source: string;
}

export const CREDENTIAL_VARIABLE = 'API_TOKEN';

/** Writes a request as code in each language. */
export function codeSamples(request: CodeRequest): CodeSample[] {
  return [
    { language: 'curl', source: curl(request) },
    { language: 'JavaScript', source: javaScript(request) },
    { language: 'Python', source: python(request) },
    { language: 'Go', source: go(request) },
    { language: 'Java', source: java(request) },
    { language: 'C#', source: cSharp(request) },
  ];
}

/** A text of which one part is the credential. */
interface Part {
  readonly before: string;
  readonly hasCredential: boolean;
}

const plain = (before: string): Part => ({ before, hasCredential: false });

function urlOf({ origin, target, credential }: CodeRequest): Part {
  const url = `${origin}${target}`;
  if (credential.kind !== 'query') return plain(url);
  return {
    before: `${url}${url.includes('?') ? '&' : '?'}${encodeURIComponent(credential.name)}=`,
    hasCredential: true,
  };
}

function fieldsOf({ headers, credential }: CodeRequest): [string, Part][] {
  const fields = headers.map(([name, value]): [string, Part] => [name, plain(value)]);
  if (credential.kind === 'header') {
    const before = credential.scheme === '' ? '' : `${credential.scheme} `;
    return [[credential.name, { before, hasCredential: true }], ...fields];
  }
  if (credential.kind === 'cookie')
    return [['Cookie', { before: `${credential.name}=`, hasCredential: true }], ...fields];
  return fields;
}

function curl(request: CodeRequest): string {
  const quoted = ({ before, hasCredential }: Part): string =>
    hasCredential ? `${shell(before)}"$${CREDENTIAL_VARIABLE}"` : shell(before);
  const lines = [
    `curl${request.method === 'GET' ? '' : ` -X ${request.method}`} ${quoted(urlOf(request))}`,
    ...fieldsOf(request).map(
      ([name, part]) => `-H ${quoted({ ...part, before: `${name}: ${part.before}` })}`,
    ),
    ...(request.body === null ? [] : [`--data-raw ${shell(request.body)}`]),
  ];
  return lines.join(' \\\n  ');
}

/** POSIX shell: nothing is special between single quotes but the quote. */
function shell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function javaScript(request: CodeRequest): string {
  const variable = `process.env.${CREDENTIAL_VARIABLE}`;
  const options = [
    ...(request.method === 'GET' ? [] : [`  method: ${json(request.method)},`]),
    '  headers: {',
    ...fieldsOf(request).map(([name, part]) => `    ${json(name)}: ${joined(part, variable)},`),
    '  },',
    ...(request.body === null ? [] : [`  body: ${json(request.body)},`]),
  ];
  return `const response = await fetch(${joined(urlOf(request), variable)}, {
${options.join('\n')}
});
console.log(response.status, await response.text());`;
}

function python(request: CodeRequest): string {
  const variable = `os.environ["${CREDENTIAL_VARIABLE}"]`;
  return `import os
import urllib.error
import urllib.request

request = urllib.request.Request(
    ${joined(urlOf(request), variable)},
    method=${json(request.method)},
    headers={
${fieldsOf(request)
  .map(([name, part]) => `        ${json(name)}: ${joined(part, variable)},`)
  .join('\n')}
    },${request.body === null ? '' : `\n    data=${json(request.body)}.encode(),`}
)
try:
    with urllib.request.urlopen(request) as response:
        print(response.status, response.read().decode())
except urllib.error.HTTPError as error:
    print(error.code, error.read().decode())`;
}

function go(request: CodeRequest): string {
  const variable = `os.Getenv("${CREDENTIAL_VARIABLE}")`;
  const body = request.body === null ? 'nil' : `strings.NewReader(${json(request.body)})`;
  return `package main

import (
	"fmt"
	"io"
	"net/http"
	"os"${request.body === null ? '' : '\n\t"strings"'}
)

func main() {
	request, err := http.NewRequest(${json(request.method)}, ${joined(urlOf(request), variable)}, ${body})
	if err != nil {
		panic(err)
	}
${fieldsOf(request)
  .map(([name, part]) => `	request.Header.Set(${json(name)}, ${joined(part, variable)})`)
  .join('\n')}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		panic(err)
	}
	fmt.Println(response.StatusCode, string(text))
}${fieldsOf(request).some(([, part]) => part.hasCredential) || urlOf(request).hasCredential ? '' : '\n\nvar _ = os.Args'}`;
}

function java(request: CodeRequest): string {
  const variable = `System.getenv("${CREDENTIAL_VARIABLE}")`;
  const body =
    request.body === null
      ? 'HttpRequest.BodyPublishers.noBody()'
      : `HttpRequest.BodyPublishers.ofString(${json(request.body)})`;
  return `import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

public class Call {
    public static void main(String[] arguments) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(${joined(urlOf(request), variable)}))
            .method(${json(request.method)}, ${body})
${fieldsOf(request)
  .map(([name, part]) => `            .header(${json(name)}, ${joined(part, variable)})`)
  .join('\n')}
            .build();
        var response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        System.out.println(response.statusCode() + " " + response.body());
    }
}`;
}

function cSharp(request: CodeRequest): string {
  const variable = `Environment.GetEnvironmentVariable("${CREDENTIAL_VARIABLE}")`;
  const type = request.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  const fields = fieldsOf(request).filter(([name]) => name.toLowerCase() !== 'content-type');
  const content =
    request.body === null
      ? ''
      : `\nrequest.Content = new StringContent(${json(request.body)});${
          type === undefined
            ? ''
            : `\nrequest.Content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(${json(type)});`
        }`;
  return `using var client = new HttpClient();
using var request = new HttpRequestMessage(new HttpMethod(${json(request.method)}), ${joined(urlOf(request), variable)});
${fields.map(([name, part]) => `request.Headers.TryAddWithoutValidation(${json(name)}, ${joined(part, variable)});`).join('\n')}${content}
using var response = await client.SendAsync(request);
Console.WriteLine($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");`;
}

/** Returns a literal, with the credential behind it where it goes there: the same operator in all of these languages. */
function joined({ before, hasCredential }: Part, variable: string): string {
  if (!hasCredential) return json(before);
  return before === '' ? variable : `${json(before)} + ${variable}`;
}

/** Returns a string literal of JSON, which JavaScript, Python, Go, Java and C# read alike. */
function json(text: string): string {
  return JSON.stringify(text.toWellFormed());
}
