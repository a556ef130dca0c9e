// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

import java.util.List;

/**
 * What endpoints report of tokens, provider by provider, and what is read from it.
 *
 * <p>Costs are in millionths, at a price of 10 for input, 1 for cached input, 12 for what is
 * written to a cache, 20 for what is written for an hour, and 100 for output.
 */
public final class UsageShapes {

  private UsageShapes() {}

  /**
   * One answer.
   *
   * @param provider whose answers look like that, and what is special about them
   * @param where the counts stand in an answer
   * @param json the answer, as far as it matters here
   * @param prompt all that went in
   * @param cached of the prompt, read from the cache
   * @param written of the prompt, written to the cache
   * @param completion all that came out
   * @param reasoning of the completion
   * @param cost in millionths
   */
  public record Shape(
      String provider,
      String where,
      String json,
      long prompt,
      long cached,
      long written,
      long completion,
      long reasoning,
      long cost) {

    @Override
    public String toString() {
      return provider;
    }
  }

  /** All of them. */
  public static List<Shape> all() {
    return SHAPES;
  }

  private static Shape usage(String provider, String usage, Counts counts) {
    return at(provider, "usage", "{\"usage\": " + usage + "}", counts);
  }

  private static Shape at(String provider, String where, String json, Counts counts) {
    return new Shape(
        provider,
        where,
        json,
        counts.prompt,
        counts.cached,
        counts.written,
        counts.completion,
        counts.reasoning,
        counts.cost);
  }

  private record Counts(
      long prompt, long cached, long written, long completion, long reasoning, long cost) {}

  private static Counts plain(long prompt, long completion, long cost) {
    return new Counts(prompt, 0, 0, completion, 0, cost);
  }

  private static Counts cached(long prompt, long cached, long written, long completion, long cost) {
    return new Counts(prompt, cached, written, completion, 0, cost);
  }

  private static Counts reasoned(long prompt, long completion, long reasoning, long cost) {
    return new Counts(prompt, 0, 0, completion, reasoning, cost);
  }

  private static final List<Shape> SHAPES =
      List.of(
          usage(
              "OpenAI",
              """
              {"prompt_tokens": 2006, "completion_tokens": 300, "total_tokens": 2306,
               "prompt_tokens_details": {"cached_tokens": 1920, "audio_tokens": 0},
               "completion_tokens_details": {"reasoning_tokens": 192, "audio_tokens": 0}}""",
              new Counts(2006, 1920, 0, 300, 192, 860 + 1920 + 30_000)),
          usage(
              "OpenAI, with tokens written to the cache",
              """
              {"prompt_tokens": 2600, "completion_tokens": 10, "total_tokens": 2610,
               "prompt_tokens_details": {"cached_tokens": 2000, "cache_write_tokens": 400}}""",
              cached(2600, 2000, 400, 10, 2000 + 2000 + 4800 + 1000)),
          usage(
              "OpenAI, where tokens that were written include those that were read",
              """
              {"prompt_tokens": 3619, "completion_tokens": 36, "total_tokens": 3655,
               "prompt_tokens_details": {"cached_tokens": 2921, "cache_write_tokens": 3616}}""",
              cached(3619, 2921, 695, 36, 30 + 2921 + 8340 + 3600)),
          usage(
              "OpenAI's Responses API behind a gateway",
              """
              {"input_tokens": 125, "output_tokens": 48, "total_tokens": 173,
               "input_tokens_details": {"cached_tokens": 98},
               "output_tokens_details": {"reasoning_tokens": 8}}""",
              new Counts(125, 98, 0, 48, 8, 270 + 98 + 4800)),
          usage(
              "Azure OpenAI, Mistral, Together, Fireworks and most others",
              """
              {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}""",
              plain(11, 7, 110 + 700)),
          usage(
              "Mistral, with a cached prefix",
              """
              {"prompt_tokens": 1000, "completion_tokens": 7, "total_tokens": 1007,
               "num_cached_tokens": 900, "prompt_token_details": {"cached_tokens": 900},
               "prompt_audio_seconds": {}}""",
              cached(1000, 900, 0, 7, 1000 + 900 + 700)),
          usage(
              "Anthropic through Portkey",
              """
              {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 5018,
               "prompt_tokens_details": {"cached_tokens": 3000},
               "cache_read_input_tokens": 3000, "cache_creation_input_tokens": 2000}""",
              cached(5011, 3000, 2000, 7, 110 + 3000 + 24_000 + 700)),
          usage(
              "Anthropic through Portkey, nothing in the cache before",
              """
              {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 2018,
               "prompt_tokens_details": {"cached_tokens": 0},
               "cache_read_input_tokens": 0, "cache_creation_input_tokens": 2000}""",
              cached(2011, 0, 2000, 7, 110 + 24_000 + 700)),
          usage(
              "Anthropic through Portkey, more fresh tokens than cached ones",
              """
              {"prompt_tokens": 5000, "completion_tokens": 7, "total_tokens": 8007,
               "prompt_tokens_details": {"cached_tokens": 3000},
               "cache_read_input_tokens": 3000, "cache_creation_input_tokens": 0}""",
              cached(8000, 3000, 0, 7, 50_000 + 3000 + 700)),
          usage(
              "Anthropic's or Bedrock's cache through LiteLLM, or Bedrock through Portkey",
              """
              {"prompt_tokens": 5011, "completion_tokens": 7, "total_tokens": 5018,
               "prompt_tokens_details": {"cached_tokens": 3000, "cache_creation_tokens": 2000},
               "cache_read_input_tokens": 3000, "cache_creation_input_tokens": 2000}""",
              cached(5011, 3000, 2000, 7, 110 + 3000 + 24_000 + 700)),
          usage(
              "Bedrock through older LiteLLM, with only what was read in the prompt",
              """
              {"prompt_tokens": 3011, "completion_tokens": 7, "total_tokens": 5018,
               "prompt_tokens_details": {"cached_tokens": 3000},
               "cache_creation_input_tokens": 2000}""",
              cached(5011, 3000, 2000, 7, 110 + 3000 + 24_000 + 700)),
          usage(
              "Anthropic's own names, without a total",
              """
              {"input_tokens": 11, "cache_read_input_tokens": 3000,
               "cache_creation_input_tokens": 2000, "output_tokens": 7,
               "cache_creation": {"ephemeral_5m_input_tokens": 500,
                                  "ephemeral_1h_input_tokens": 1500},
               "service_tier": "standard"}""",
              cached(5011, 3000, 2000, 7, 110 + 3000 + 6000 + 30_000 + 700)),
          usage(
              "Anthropic's own names, more fresh tokens than cached ones",
              """
              {"input_tokens": 5000, "cache_read_input_tokens": 3000,
               "cache_creation_input_tokens": 0, "output_tokens": 7}""",
              cached(8000, 3000, 0, 7, 50_000 + 3000 + 700)),
          usage(
              "Anthropic through a gateway whose total forgets the cache",
              """
              {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18,
               "prompt_tokens_details": {"cached_tokens": 3000, "cached_creation_tokens": 2000}}""",
              cached(5011, 3000, 2000, 7, 110 + 3000 + 24_000 + 700)),
          usage(
              "Anthropic through a gateway that names only what was read",
              """
              {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 5018,
               "prompt_tokens_details": {"cached_tokens": 3000}}""",
              cached(5011, 3000, 0, 7, 20_110 + 3000 + 700)),
          usage(
              "Anthropic through a gateway that calls all of it cached",
              """
              {"prompt_tokens": 5011, "completion_tokens": 7, "total_tokens": 5018,
               "prompt_tokens_details": {"cached_tokens": 5000},
               "cache_read_input_tokens": 3000, "cache_creation_input_tokens": 2000}""",
              cached(5011, 3000, 2000, 7, 110 + 3000 + 24_000 + 700)),
          usage(
              "Bedrock's own names",
              """
              {"inputTokens": 11, "outputTokens": 7, "totalTokens": 5018,
               "cacheReadInputTokens": 3000, "cacheWriteInputTokens": 2000}""",
              cached(5011, 3000, 2000, 7, 110 + 3000 + 24_000 + 700)),
          at(
              "Bedrock, invoked",
              "amazon-bedrock-invocationMetrics",
              """
              {"amazon-bedrock-invocationMetrics": {"inputTokenCount": 11, "outputTokenCount": 7,
               "cacheReadInputTokenCount": 0, "cacheWriteInputTokenCount": 0}}""",
              plain(11, 7, 110 + 700)),
          usage(
              "DeepSeek",
              """
              {"prompt_tokens": 1000, "completion_tokens": 7, "total_tokens": 1007,
               "prompt_cache_hit_tokens": 900, "prompt_cache_miss_tokens": 100}""",
              cached(1000, 900, 0, 7, 1000 + 900 + 700)),
          usage(
              "DeepSeek through a gateway that knows no cache",
              """
              {"prompt_tokens": 1000, "completion_tokens": 7, "total_tokens": 1007,
               "prompt_tokens_details": {"cached_tokens": 0},
               "prompt_cache_hit_tokens": 900, "prompt_cache_miss_tokens": 100}""",
              cached(1000, 900, 0, 7, 1000 + 900 + 700)),
          usage(
              "DeepSeek without a sum of hits and misses",
              """
              {"completion_tokens": 7,
               "prompt_cache_hit_tokens": 900, "prompt_cache_miss_tokens": 100}""",
              cached(1000, 900, 0, 7, 1000 + 900 + 700)),
          at(
              "Moonshot, streamed",
              "choices[].usage",
              """
              {"choices": [{"index": 0, "finish_reason": "stop",
               "usage": {"prompt_tokens": 1000, "completion_tokens": 7, "total_tokens": 1007,
                         "cached_tokens": 900}}], "usage": null}""",
              cached(1000, 900, 0, 7, 1000 + 900 + 700)),
          usage(
              "Moonshot",
              """
              {"prompt_tokens": 1000, "completion_tokens": 7, "total_tokens": 1007,
               "cached_tokens": 900}""",
              cached(1000, 900, 0, 7, 1000 + 900 + 700)),
          at(
              "Groq, streamed",
              "x_groq.usage",
              """
              {"choices": [{"index": 0}], "x_groq": {"id": "req_1",
               "usage": {"queue_time": 0.04, "prompt_tokens": 1000, "prompt_time": 0.001,
                         "completion_tokens": 7, "completion_time": 0.02, "total_tokens": 1007,
                         "total_time": 0.03, "prompt_tokens_details": {"cached_tokens": 900}}}}""",
              cached(1000, 900, 0, 7, 1000 + 900 + 700)),
          usage(
              "Gemini through Portkey, which counts reasoning apart",
              """
              {"prompt_tokens": 20, "completion_tokens": 198, "total_tokens": 623,
               "completion_tokens_details": {"reasoning_tokens": 405}}""",
              reasoned(20, 603, 405, 200 + 60_300)),
          usage(
              "Gemini through a gateway, only reasoning",
              """
              {"prompt_tokens": 21, "completion_tokens": 0, "total_tokens": 81,
               "completion_tokens_details": {"reasoning_tokens": 60}}""",
              reasoned(21, 60, 60, 210 + 6000)),
          usage(
              "Gemini's own endpoint, which does not name the reasoning in its total",
              """
              {"prompt_tokens": 20, "completion_tokens": 198, "total_tokens": 623}""",
              plain(20, 198, 200 + 60_300)),
          at(
              "Gemini's own names",
              "usageMetadata",
              """
              {"usageMetadata": {"promptTokenCount": 1000, "cachedContentTokenCount": 900,
               "candidatesTokenCount": 7, "thoughtsTokenCount": 13, "toolUsePromptTokenCount": 50,
               "totalTokenCount": 1070,
               "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 1000}]}}""",
              new Counts(1050, 900, 0, 20, 13, 1500 + 900 + 2000)),
          usage(
              "xAI",
              """
              {"prompt_tokens": 32, "completion_tokens": 9, "total_tokens": 135,
               "prompt_tokens_details": {"text_tokens": 32, "audio_tokens": 0, "image_tokens": 0,
                                         "cached_tokens": 6},
               "completion_tokens_details": {"reasoning_tokens": 94, "audio_tokens": 0,
                   "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0},
               "num_sources_used": 0}""",
              new Counts(32, 6, 0, 103, 94, 260 + 6 + 10_300)),
          usage(
              "OpenRouter",
              """
              {"prompt_tokens": 2600, "completion_tokens": 10, "total_tokens": 2610,
               "cost": 0.95, "is_byok": false,
               "cost_details": {"upstream_inference_cost": null},
               "prompt_tokens_details": {"cached_tokens": 2000, "cache_write_tokens": 400,
                                         "audio_tokens": 0, "video_tokens": 0},
               "completion_tokens_details": {"reasoning_tokens": 4, "image_tokens": 0}}""",
              new Counts(2600, 2000, 400, 10, 4, 2000 + 2000 + 4800 + 1000)),
          usage(
              "Qwen with an explicit cache",
              """
              {"prompt_tokens": 2600, "completion_tokens": 10, "total_tokens": 2610,
               "prompt_tokens_details": {"cached_tokens": 2000, "cache_type": "ephemeral",
                   "cache_creation_input_tokens": 400,
                   "cache_creation": {"ephemeral_5m_input_tokens": 400}}}""",
              cached(2600, 2000, 400, 10, 2000 + 2000 + 4800 + 1000)),
          usage(
              "Cohere, which bills other tokens than the model saw",
              """
              {"billed_units": {"input_tokens": 11.0, "output_tokens": 7.0},
               "tokens": {"input_tokens": 82.0, "output_tokens": 9.0}}""",
              plain(11, 7, 110 + 700)),
          at(
              "Cohere, first version",
              "meta",
              """
              {"meta": {"api_version": {"version": "1"},
               "billed_units": {"input_tokens": 11, "output_tokens": 7},
               "tokens": {"input_tokens": 82, "output_tokens": 9}}}""",
              plain(11, 7, 110 + 700)),
          usage(
              "Perplexity",
              """
              {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18,
               "search_context_size": "low", "citation_tokens": 500, "num_search_queries": 3,
               "cost": {"input_tokens_cost": 0.001, "total_cost": 0.006}}""",
              plain(11, 7, 110 + 700)),
          usage(
              "Perplexity's deep research, whose total forgets the reasoning",
              """
              {"prompt_tokens": 33, "completion_tokens": 7163, "total_tokens": 7196,
               "citation_tokens": 19028, "num_search_queries": 18, "reasoning_tokens": 73997}""",
              reasoned(33, 81_160, 73_997, 330 + 8_116_000)),
          usage(
              "vLLM and SGLang",
              """
              {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18,
               "prompt_tokens_details": null, "reasoning_tokens": 3}""",
              reasoned(11, 7, 3, 110 + 700)),
          at(
              "Ollama's own names",
              "the answer itself",
              """
              {"model": "m", "done": true, "prompt_eval_count": 11, "eval_count": 7}""",
              plain(11, 7, 110 + 700)),
          usage(
              "New API, with names of two APIs at once",
              """
              {"prompt_tokens": 1000, "completion_tokens": 7, "total_tokens": 1007,
               "input_tokens": 0, "output_tokens": 0, "input_tokens_details": null,
               "prompt_tokens_details": {"cached_tokens": 900, "cached_creation_tokens": 0},
               "claude_cache_creation_5_m_tokens": 0, "claude_cache_creation_1_h_tokens": 0}""",
              cached(1000, 900, 0, 7, 1000 + 900 + 700)),
          at(
              "A gateway with an empty usage at the top",
              "choices[].usage",
              """
              {"choices": [{"usage": {"prompt_tokens": 11, "completion_tokens": 7}}],
               "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}}""",
              plain(11, 7, 110 + 700)),
          usage(
              "A gateway with numbers as text",
              """
              {"prompt_tokens": "1000", "completion_tokens": " 7 ", "total_tokens": "1007.0",
               "prompt_tokens_details": {"cached_tokens": "900"}}""",
              cached(1000, 900, 0, 7, 1000 + 900 + 700)),
          usage(
              "A gateway with fractions",
              """
              {"prompt_tokens": 11.0, "completion_tokens": 7.0, "total_tokens": 1.8e1}""",
              plain(11, 7, 110 + 700)),
          usage(
              "A gateway without the prompt",
              """
              {"completion_tokens": 7, "total_tokens": 18}""",
              plain(11, 7, 110 + 700)),
          usage(
              "A gateway without the completion",
              """
              {"prompt_tokens": 11, "completion_tokens": null, "total_tokens": 18}""",
              plain(11, 7, 110 + 700)),
          usage(
              "A gateway that counts reasoning by another tokenizer",
              """
              {"prompt_tokens": 11, "completion_tokens": 70, "total_tokens": 81,
               "completion_tokens_details": {"reasoning_tokens": 72}}""",
              reasoned(11, 70, 72, 110 + 7200)),
          usage(
              "A gateway with a total of 0",
              """
              {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 0}""",
              plain(11, 7, 110 + 700)),
          usage(
              "Odd members beside good ones",
              """
              {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": [18],
               "prompt_tokens_details": "none", "completion_tokens_details": [null, 3],
               "cached_tokens": -1, "cache_creation": 5, "cache_read_input_tokens": "many",
               "reasoning_tokens": {}, "prompt_cache_hit_tokens": 1e400}""",
              plain(11, 7, 110 + 700)));
}
