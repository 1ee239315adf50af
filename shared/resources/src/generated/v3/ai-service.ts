// Generated from crds/v3/aiservice.yaml by `npm run gen`. Do not edit.
import type { ObjectMeta } from '../../kinds/object.ts';

/** AIService is a provider of language models, reachable as a service. One provider should be set. */
export interface AiService {
  readonly apiVersion: 'hub.traefik.io/v1alpha1';
  readonly kind: 'AIService';
  readonly metadata: ObjectMeta;
  /** The provider. */
  readonly spec?: AiServiceSpec;
  readonly [other: string]: unknown;
}

/** The provider. */
export interface AiServiceSpec {
  /** Models of Anthropic. */
  readonly anthropic?: AiServiceSpecAnthropic;
  /** Models of Azure OpenAI. */
  readonly azureOpenai?: AiServiceSpecAzureOpenai;
  /** Models of Amazon Bedrock. */
  readonly bedrock?: AiServiceSpecBedrock;
  /** Models of Cohere. */
  readonly cohere?: AiServiceSpecCohere;
  /** Models of DeepSeek. */
  readonly deepSeek?: AiServiceSpecDeepSeek;
  /** Models of Google Gemini. */
  readonly gemini?: AiServiceSpecGemini;
  /** Models of Mistral. */
  readonly mistral?: AiServiceSpecMistral;
  /** Models of Ollama. */
  readonly ollama?: AiServiceSpecOllama;
  /** Models of OpenAI. */
  readonly openai?: AiServiceSpecOpenai;
  /** Models of Qwen. */
  readonly qWen?: AiServiceSpecQWen;
}

/** Models of Qwen. */
export interface AiServiceSpecQWen {
  /** Name of the model. */
  readonly model?: string;
  /** How the model answers. */
  readonly params?: AiServiceSpecQWenParams;
  /** Credential for the provider. */
  readonly token?: AiServiceSpecQWenToken;
}

/** Credential for the provider. */
export interface AiServiceSpecQWenToken {
  /** Name of the Secret, in the same namespace, that holds it. */
  readonly secretName: string;
}

/** How the model answers. */
export interface AiServiceSpecQWenParams {
  /** How much repetition of words is held back. */
  readonly frequencyPenalty?: number;
  /** Longest answer, in tokens. */
  readonly maxTokens?: number;
  /** How much repetition of subjects is held back. */
  readonly presencePenalty?: number;
  /** How freely the model answers. */
  readonly temperature?: number;
  /** Share of likely words to choose from. */
  readonly topP?: number;
}

/** Models of OpenAI. */
export interface AiServiceSpecOpenai {
  /** Name of the model. */
  readonly model?: string;
  /** How the model answers. */
  readonly params?: AiServiceSpecOpenaiParams;
  /** Credential for the provider. */
  readonly token?: AiServiceSpecOpenaiToken;
  /** Address of the service, when it is not the usual one. */
  readonly baseUrl?: string;
}

/** Credential for the provider. */
export interface AiServiceSpecOpenaiToken {
  /** Name of the Secret, in the same namespace, that holds it. */
  readonly secretName: string;
}

/** How the model answers. */
export interface AiServiceSpecOpenaiParams {
  /** How much repetition of words is held back. */
  readonly frequencyPenalty?: number;
  /** Longest answer, in tokens. */
  readonly maxTokens?: number;
  /** How much repetition of subjects is held back. */
  readonly presencePenalty?: number;
  /** How freely the model answers. */
  readonly temperature?: number;
  /** Share of likely words to choose from. */
  readonly topP?: number;
}

/** Models of Ollama. */
export interface AiServiceSpecOllama {
  /** Name of the model. */
  readonly model?: string;
  /** How the model answers. */
  readonly params?: AiServiceSpecOllamaParams;
  /** Address of the service. */
  readonly baseUrl: string;
}

/** How the model answers. */
export interface AiServiceSpecOllamaParams {
  /** How much repetition of words is held back. */
  readonly frequencyPenalty?: number;
  /** Longest answer, in tokens. */
  readonly maxTokens?: number;
  /** How much repetition of subjects is held back. */
  readonly presencePenalty?: number;
  /** How freely the model answers. */
  readonly temperature?: number;
  /** Share of likely words to choose from. */
  readonly topP?: number;
}

/** Models of Mistral. */
export interface AiServiceSpecMistral {
  /** Name of the model. */
  readonly model?: string;
  /** How the model answers. */
  readonly params?: AiServiceSpecMistralParams;
  /** Credential for the provider. */
  readonly apiKey?: AiServiceSpecMistralApiKey;
}

/** Credential for the provider. */
export interface AiServiceSpecMistralApiKey {
  /** Name of the Secret, in the same namespace, that holds it. */
  readonly secretName: string;
}

/** How the model answers. */
export interface AiServiceSpecMistralParams {
  /** How much repetition of words is held back. */
  readonly frequencyPenalty?: number;
  /** Longest answer, in tokens. */
  readonly maxTokens?: number;
  /** How much repetition of subjects is held back. */
  readonly presencePenalty?: number;
  /** How freely the model answers. */
  readonly temperature?: number;
  /** Share of likely words to choose from. */
  readonly topP?: number;
}

/** Models of Google Gemini. */
export interface AiServiceSpecGemini {
  /** Name of the model. */
  readonly model?: string;
  /** How the model answers. */
  readonly params?: AiServiceSpecGeminiParams;
  /** Credential for the provider. */
  readonly apiKey?: AiServiceSpecGeminiApiKey;
}

/** Credential for the provider. */
export interface AiServiceSpecGeminiApiKey {
  /** Name of the Secret, in the same namespace, that holds it. */
  readonly secretName: string;
}

/** How the model answers. */
export interface AiServiceSpecGeminiParams {
  /** How much repetition of words is held back. */
  readonly frequencyPenalty?: number;
  /** Longest answer, in tokens. */
  readonly maxTokens?: number;
  /** How much repetition of subjects is held back. */
  readonly presencePenalty?: number;
  /** How freely the model answers. */
  readonly temperature?: number;
  /** Share of likely words to choose from. */
  readonly topP?: number;
}

/** Models of DeepSeek. */
export interface AiServiceSpecDeepSeek {
  /** Name of the model. */
  readonly model?: string;
  /** How the model answers. */
  readonly params?: AiServiceSpecDeepSeekParams;
  /** Credential for the provider. */
  readonly token?: AiServiceSpecDeepSeekToken;
}

/** Credential for the provider. */
export interface AiServiceSpecDeepSeekToken {
  /** Name of the Secret, in the same namespace, that holds it. */
  readonly secretName: string;
}

/** How the model answers. */
export interface AiServiceSpecDeepSeekParams {
  /** How much repetition of words is held back. */
  readonly frequencyPenalty?: number;
  /** Longest answer, in tokens. */
  readonly maxTokens?: number;
  /** How much repetition of subjects is held back. */
  readonly presencePenalty?: number;
  /** How freely the model answers. */
  readonly temperature?: number;
  /** Share of likely words to choose from. */
  readonly topP?: number;
}

/** Models of Cohere. */
export interface AiServiceSpecCohere {
  /** Name of the model. */
  readonly model?: string;
  /** How the model answers. */
  readonly params?: AiServiceSpecCohereParams;
  /** Credential for the provider. */
  readonly token?: AiServiceSpecCohereToken;
}

/** Credential for the provider. */
export interface AiServiceSpecCohereToken {
  /** Name of the Secret, in the same namespace, that holds it. */
  readonly secretName: string;
}

/** How the model answers. */
export interface AiServiceSpecCohereParams {
  /** How much repetition of words is held back. */
  readonly frequencyPenalty?: number;
  /** Longest answer, in tokens. */
  readonly maxTokens?: number;
  /** How much repetition of subjects is held back. */
  readonly presencePenalty?: number;
  /** How freely the model answers. */
  readonly temperature?: number;
  /** Share of likely words to choose from. */
  readonly topP?: number;
}

/** Models of Amazon Bedrock. */
export interface AiServiceSpecBedrock {
  /** Name of the model. */
  readonly model?: string;
  /** How the model answers. */
  readonly params?: AiServiceSpecBedrockParams;
  /** Region of the service. */
  readonly region?: string;
  /** Whether the model takes system messages: true or false. */
  readonly systemMessage?: string;
}

/** How the model answers. */
export interface AiServiceSpecBedrockParams {
  /** How much repetition of words is held back. */
  readonly frequencyPenalty?: number;
  /** Longest answer, in tokens. */
  readonly maxTokens?: number;
  /** How much repetition of subjects is held back. */
  readonly presencePenalty?: number;
  /** How freely the model answers. */
  readonly temperature?: number;
  /** Share of likely words to choose from. */
  readonly topP?: number;
}

/** Models of Azure OpenAI. */
export interface AiServiceSpecAzureOpenai {
  /** Name of the model. */
  readonly model?: string;
  /** How the model answers. */
  readonly params?: AiServiceSpecAzureOpenaiParams;
  /** Secret that holds the token, as urn:k8s:secret:<name>:<key>. */
  readonly apiKeySecret?: string;
  /** Address of the service. */
  readonly baseUrl: string;
  /** Name of the deployment. */
  readonly deploymentName: string;
}

/** How the model answers. */
export interface AiServiceSpecAzureOpenaiParams {
  /** How much repetition of words is held back. */
  readonly frequencyPenalty?: number;
  /** Longest answer, in tokens. */
  readonly maxTokens?: number;
  /** How much repetition of subjects is held back. */
  readonly presencePenalty?: number;
  /** How freely the model answers. */
  readonly temperature?: number;
  /** Share of likely words to choose from. */
  readonly topP?: number;
}

/** Models of Anthropic. */
export interface AiServiceSpecAnthropic {
  /** Name of the model. */
  readonly model?: string;
  /** How the model answers. */
  readonly params?: AiServiceSpecAnthropicParams;
  /** Credential for the provider. */
  readonly token?: AiServiceSpecAnthropicToken;
}

/** Credential for the provider. */
export interface AiServiceSpecAnthropicToken {
  /** Name of the Secret, in the same namespace, that holds it. */
  readonly secretName: string;
}

/** How the model answers. */
export interface AiServiceSpecAnthropicParams {
  /** How much repetition of words is held back. */
  readonly frequencyPenalty?: number;
  /** Longest answer, in tokens. */
  readonly maxTokens?: number;
  /** How much repetition of subjects is held back. */
  readonly presencePenalty?: number;
  /** How freely the model answers. */
  readonly temperature?: number;
  /** Share of likely words to choose from. */
  readonly topP?: number;
}
