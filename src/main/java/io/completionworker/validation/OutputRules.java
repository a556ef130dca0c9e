// SPDX-License-Identifier: Apache-2.0
package io.completionworker.validation;

import io.completionworker.avro.AudioOutput;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.Prediction;
import io.completionworker.avro.ResponseFormat;
import io.completionworker.validation.MessageRules.PartRules;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks the parameters of the answer: format, streaming, audio and prediction. Also checks the
 * metadata that is stored with it.
 */
final class OutputRules implements RequestValidator.Rule {

  private static final List<String> FORMATS = List.of("text", "json_object", "json_schema");
  private static final List<String> MODALITIES = List.of("text", "audio");
  private static final List<String> AUDIO_FORMATS =
      List.of("wav", "aac", "mp3", "flac", "opus", "pcm16");
  private static final int MOST_PAIRS = 16;
  private static final int LONGEST_KEY = 64;
  private static final int LONGEST_VALUE = 512;

  @Override
  public void check(CompletionRequest request, Extra extra, Findings findings) {
    responseFormat(extra.own("response_format", request.getResponseFormat()), findings);
    if (extra.sends("stream_options", request.getStreamOptions())
        && !Boolean.TRUE.equals(request.getStream())) {
      findings.add("stream_options", "needs stream = true");
    }
    audio(request, extra, findings);
    prediction(extra.own("prediction", request.getPrediction()), findings);
    metadata(extra.own("metadata", request.getMetadata()), findings);
  }

  private static void responseFormat(@Nullable ResponseFormat format, Findings findings) {
    if (format == null) {
      return;
    }
    findings.oneOf("response_format.type", format.getType(), FORMATS);
    boolean wanted = format.getType().equals("json_schema");
    if (wanted && format.getJsonSchema() == null) {
      findings.add("response_format.json_schema", "is required for type json_schema");
    } else if (!wanted && format.getJsonSchema() != null) {
      findings.add("response_format.json_schema", "is for type json_schema only");
    }
    if (format.getJsonSchema() != null) {
      ToolRules.name(
          "response_format.json_schema.name", format.getJsonSchema().getName(), findings);
    }
  }

  /**
   * Checks audio output. Modalities in {@code extra_body} are not inspected: they may or may not
   * include audio.
   */
  private static void audio(CompletionRequest request, Extra extra, Findings findings) {
    List<String> modalities = extra.own("modalities", request.getModalities());
    if (modalities != null && modalities.isEmpty()) {
      findings.add("modalities", "must have at least one of text, audio");
    }
    for (int i = 0; modalities != null && i < modalities.size(); i++) {
      findings.oneOf("modalities[" + i + "]", modalities.get(i), MODALITIES);
    }
    boolean wanted = modalities != null && modalities.contains("audio");
    AudioOutput audio = extra.own("audio", request.getAudio());
    boolean sent = extra.sends("audio", audio);
    if (wanted && !sent) {
      findings.add("audio", "is required when modalities has audio");
    } else if (!wanted && sent && !extra.has("modalities")) {
      findings.add("audio", "needs audio among the modalities");
    }
    if (audio != null) {
      findings.notBlank("audio.voice", audio.getVoice());
      findings.oneOf("audio.format", audio.getFormat(), AUDIO_FORMATS);
    }
  }

  private static void prediction(@Nullable Prediction prediction, Findings findings) {
    if (prediction == null) {
      return;
    }
    findings.oneOf("prediction.type", prediction.getType(), List.of("content"));
    if (prediction.getContent() instanceof List<?> parts) {
      PartRules.check("prediction.content", parts, Set.of("text"), findings);
    }
  }

  private static void metadata(@Nullable Map<String, String> metadata, Findings findings) {
    if (metadata == null) {
      return;
    }
    if (metadata.size() > MOST_PAIRS) {
      findings.add(
          "metadata", "must have at most " + MOST_PAIRS + " pairs; has " + metadata.size());
    }
    metadata.forEach(
        (key, value) -> {
          String at = "metadata." + Findings.shown(key);
          length(at, "key", key, LONGEST_KEY, findings);
          length(at, "value", value, LONGEST_VALUE, findings);
        });
  }

  /**
   * Checks a length. Characters are code points: a supplementary character counts once, as it does
   * at the endpoint.
   */
  private static void length(String at, String what, String text, int longest, Findings findings) {
    int length = text.codePointCount(0, text.length());
    if (length > longest) {
      findings.add(
          at, "its " + what + " must have at most " + longest + " characters; has " + length);
    }
  }
}
