// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tokens;

import com.knuddels.jtokkit.api.EncodingType;
import com.knuddels.jtokkit.api.ModelType;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.ContentPart;
import io.completionworker.avro.FunctionCall;
import io.completionworker.avro.FunctionDefinition;
import io.completionworker.avro.ImageUrl;
import io.completionworker.avro.JsonSchemaFormat;
import io.completionworker.avro.Message;
import io.completionworker.avro.Prediction;
import io.completionworker.avro.ResponseFormat;
import io.completionworker.avro.Tool;
import io.completionworker.avro.ToolCall;
import io.completionworker.avro.ToolChoice;
import io.completionworker.completion.CompletionCall.TokenEstimate.Images;
import io.completionworker.tokens.ImageTokens.Patches;
import io.completionworker.tokens.ImageTokens.Tiles;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Counts the tokens of everything in a request that a model reads. The tokens around texts are
 * counted as OpenAI documents them ("How to count tokens with tiktoken").
 */
final class PromptTokens {

  /** For each message: three tokens around it and one for its role. */
  static final long MESSAGE = 4;

  /** For a message with a name, in addition to the tokens of the name. */
  static final long NAME = 1;

  /** For the beginning of the answer. */
  static final long REPLY = 3;

  /** For each function that is defined or called. */
  static final long FUNCTION = 7;

  /** Once after all definitions. */
  static final long FUNCTIONS_END = 12;

  private final TextCounter texts;
  private final ImageTokens images;
  private long imageCount;
  private long imageTokens;

  PromptTokens(TextCounter texts, ImageTokens images) {
    this.texts = texts;
    this.images = images;
  }

  /** Returns the images that were counted so far. */
  Images images() {
    return new Images(imageCount, imageTokens);
  }

  long of(CompletionRequest request) {
    long tokens = REPLY;
    for (Message message : request.getMessages()) {
      tokens += message(message);
    }
    return tokens
        + definitions(request)
        + choice(request)
        + format(request.getResponseFormat())
        + prediction(request.getPrediction())
        + MediaTokens.json(request.getExtraBody());
  }

  long message(Message message) {
    long tokens = MESSAGE + content(message.getContent()) + texts.count(message.getRefusal());
    tokens += MediaTokens.json(message.getExtra());
    if (message.getName() != null) {
      tokens += NAME + texts.count(message.getName());
    }
    if (message.getToolCalls() != null) {
      for (ToolCall call : message.getToolCalls()) {
        tokens += call(call.getFunction()) + MediaTokens.json(call.getExtra());
      }
    }
    if (message.getFunctionCall() != null) {
      tokens += call(message.getFunctionCall());
    }
    return message.getAudio() == null ? tokens : tokens + MediaTokens.EARLIER_AUDIO;
  }

  private long content(@Nullable Object content) {
    if (content instanceof List<?> parts) {
      return parts.stream().mapToLong(part -> part((ContentPart) part)).sum();
    }
    return content == null ? 0 : texts.count(content.toString());
  }

  long part(ContentPart part) {
    long tokens = texts.count(part.getText()) + texts.count(part.getRefusal());
    tokens += MediaTokens.json(part.getExtra());
    ImageUrl image = part.getImageUrl();
    if (image != null) {
      tokens += image(image);
    }
    if (part.getInputAudio() != null) {
      tokens += MediaTokens.audio(part.getInputAudio());
    }
    if (part.getFile() != null) {
      tokens += MediaTokens.file(part.getFile()) + texts.count(part.getFile().getFilename());
    }
    return tokens;
  }

  private long image(ImageUrl image) {
    long tokens = images.of(ImageSize.of(image.getUrl()), image.getDetail());
    imageCount++;
    imageTokens += tokens;
    return tokens;
  }

  private long call(@Nullable FunctionCall call) {
    return call == null
        ? FUNCTION
        : FUNCTION + texts.count(call.getName()) + texts.count(call.getArguments());
  }

  long definitions(CompletionRequest request) {
    long tokens = 0;
    if (request.getTools() != null) {
      for (Tool tool : request.getTools()) {
        tokens += definition(tool.getFunction()) + MediaTokens.json(tool.getExtra());
      }
    }
    if (request.getFunctions() != null) {
      for (FunctionDefinition function : request.getFunctions()) {
        tokens += definition(function);
      }
    }
    return tokens == 0 ? 0 : tokens + FUNCTIONS_END;
  }

  private long definition(@Nullable FunctionDefinition function) {
    return function == null
        ? FUNCTION
        : FUNCTION
            + texts.count(function.getName())
            + texts.count(function.getDescription())
            + texts.count(function.getParameters())
            + MediaTokens.json(function.getExtra());
  }

  /** Returns the tokens of the choice: the name of a function that must be called is repeated. */
  private long choice(CompletionRequest request) {
    ToolChoice choice = request.getToolChoice();
    long tokens = 0;
    if (choice != null && choice.getFunction() != null) {
      tokens += texts.count(choice.getFunction().getName());
    }
    if (request.getFunctionCall() != null) {
      tokens += texts.count(request.getFunctionCall().getName());
    }
    return tokens;
  }

  long format(@Nullable ResponseFormat format) {
    JsonSchemaFormat schema = format == null ? null : format.getJsonSchema();
    return schema == null
        ? 0
        : texts.count(schema.getName())
            + texts.count(schema.getDescription())
            + texts.count(schema.getSchema$());
  }

  private long prediction(@Nullable Prediction prediction) {
    return prediction == null ? 0 : content(prediction.getContent());
  }

  /**
   * Models that count the tokens of texts and images in the same way.
   *
   * @param prefix beginning of the models' names, up to the end of the name or a character that is
   *     neither a letter nor a digit
   * @param encoding null if it is unknown
   * @param images tokens of an image
   */
  record ModelFamily(String prefix, @Nullable EncodingType encoding, ImageTokens images) {

    private static final ImageTokens TILED = new Tiles(85, 170);
    private static final ImageTokens TILED_5 = new Tiles(70, 140);
    private static final ImageTokens TILED_O = new Tiles(75, 150);
    private static final ImageTokens TILED_MINI = new Tiles(2_833, 5_667);
    private static final ImageTokens PATCHED = Patches.small(1);
    private static final ImageTokens PATCHED_MINI = Patches.small(1.62);
    private static final ImageTokens PATCHED_NANO = Patches.small(2.46);

    /**
     * The known families; the first match applies. JTokkit 1.1 treats gpt-4.1 as a gpt-4, and does
     * not know some of the others.
     */
    private static final List<ModelFamily> FAMILIES =
        List.of(
            new ModelFamily("gpt-4o-mini", EncodingType.O200K_BASE, TILED_MINI),
            new ModelFamily("gpt-4o", EncodingType.O200K_BASE, TILED),
            new ModelFamily("gpt-4.1-mini", EncodingType.O200K_BASE, PATCHED_MINI),
            new ModelFamily("gpt-4.1-nano", EncodingType.O200K_BASE, PATCHED_NANO),
            new ModelFamily("gpt-4.1", EncodingType.O200K_BASE, TILED),
            new ModelFamily("gpt-4.5", EncodingType.O200K_BASE, TILED),
            new ModelFamily("gpt-5-mini", EncodingType.O200K_BASE, PATCHED_MINI),
            new ModelFamily("gpt-5-nano", EncodingType.O200K_BASE, PATCHED_NANO),
            new ModelFamily("gpt-5.2", EncodingType.O200K_BASE, PATCHED),
            new ModelFamily("gpt-5.3", EncodingType.O200K_BASE, PATCHED),
            new ModelFamily("gpt-5.4-mini", EncodingType.O200K_BASE, PATCHED_MINI),
            new ModelFamily("gpt-5.4-nano", EncodingType.O200K_BASE, PATCHED_NANO),
            new ModelFamily("gpt-5.4", EncodingType.O200K_BASE, Patches.large(false)),
            new ModelFamily("gpt-5.5", EncodingType.O200K_BASE, Patches.large(true)),
            new ModelFamily("gpt-5", EncodingType.O200K_BASE, TILED_5),
            new ModelFamily("gpt-oss", EncodingType.O200K_BASE, TILED),
            new ModelFamily("chatgpt", EncodingType.O200K_BASE, TILED),
            new ModelFamily("o1", EncodingType.O200K_BASE, TILED_O),
            new ModelFamily("o3", EncodingType.O200K_BASE, TILED_O),
            new ModelFamily("o4-mini", EncodingType.O200K_BASE, Patches.small(1.72)),
            new ModelFamily("o4", EncodingType.O200K_BASE, TILED_O),
            new ModelFamily("gpt-4", EncodingType.CL100K_BASE, TILED),
            new ModelFamily("gpt-3.5", EncodingType.CL100K_BASE, TILED),
            new ModelFamily("gpt-35", EncodingType.CL100K_BASE, TILED));

    /**
     * Returns the family of a model. Prefixes of its name are ignored ({@code @slug/}, {@code
     * ft:}).
     */
    static ModelFamily of(String model) {
      String name = bare(model);
      for (ModelFamily family : FAMILIES) {
        if (family.fits(name)) {
          return family;
        }
      }
      EncodingType encoding = ModelType.fromName(name).map(ModelType::getEncodingType).orElse(null);
      return new ModelFamily(name, encoding, TILED);
    }

    private static String bare(String model) {
      String name = model.substring(model.lastIndexOf('/') + 1).strip().toLowerCase(Locale.ROOT);
      return name.startsWith("ft:") ? name.substring("ft:".length()) : name;
    }

    private boolean fits(String name) {
      return name.startsWith(prefix)
          && (name.length() == prefix.length()
              || !Character.isLetterOrDigit(name.charAt(prefix.length())));
    }
  }
}
