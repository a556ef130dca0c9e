// SPDX-License-Identifier: Apache-2.0
package io.completionworker.validation;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.ContentPart;
import io.completionworker.avro.FilePart;
import io.completionworker.avro.FunctionCall;
import io.completionworker.avro.ImageUrl;
import io.completionworker.avro.InputAudio;
import io.completionworker.avro.Message;
import io.completionworker.avro.ToolCall;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Checks the roles of messages, and what a message of each role must and may contain. */
final class MessageRules implements RequestValidator.Rule {

  private static final List<String> ROLES =
      List.of("developer", "system", "user", "assistant", "tool", "function");

  @Override
  public void check(CompletionRequest request, Extra extra, Findings findings) {
    List<Message> messages = request.getMessages();
    for (int i = 0; i < messages.size(); i++) {
      message("messages[" + i + "]", messages.get(i), findings);
    }
  }

  private static void message(String at, Message message, Findings findings) {
    String role = message.getRole();
    findings.oneOf(at + ".role", role, ROLES);
    if (!ROLES.contains(role)) {
      return;
    }
    Extra extra = Extra.of(message.getExtra());
    content(at + ".content", message, extra, findings);
    if (role.equals("assistant")) {
      toolCalls(at + ".tool_calls", extra.own("tool_calls", message.getToolCalls()), findings);
    } else {
      onlyAssistant(at, message, extra, findings);
    }
    if (role.equals("tool")) {
      String id = extra.text("tool_call_id", message.getToolCallId());
      findings.notBlank(at + ".tool_call_id", id);
    } else if (extra.sends("tool_call_id", message.getToolCallId())) {
      findings.add(at + ".tool_call_id", "is for messages of role tool only");
    }
    if (role.equals("function")) {
      findings.notBlank(at + ".name", extra.text("name", message.getName()));
    }
  }

  private static void content(String at, Message message, Extra extra, Findings findings) {
    Object content = extra.own("content", message.getContent());
    if (content instanceof List<?> parts) {
      PartRules.check(at, parts, partsOf(message.getRole()), findings);
    } else if (!extra.sends("content", content) && !mayGoWithoutContent(message, extra)) {
      findings.add(at, "is required");
    }
  }

  /**
   * Whether a message needs no content. An assistant may send other fields instead, such as its
   * reasoning. The endpoint checks those.
   */
  private static boolean mayGoWithoutContent(Message message, Extra extra) {
    return message.getRole().equals("assistant")
        && (extra.own("tool_calls", message.getToolCalls()) != null
            || extra.own("function_call", message.getFunctionCall()) != null
            || extra.own("audio", message.getAudio()) != null
            || extra.own("refusal", message.getRefusal()) != null
            || extra.members().keySet().stream()
                .anyMatch(name -> !name.equals("role") && extra.has(name)));
  }

  private static Set<String> partsOf(String role) {
    return switch (role) {
      case "user" -> Set.of("text", "image_url", "input_audio", "file");
      case "assistant" -> Set.of("text", "refusal");
      case "function" -> Set.of();
      default -> Set.of("text");
    };
  }

  private static void onlyAssistant(String at, Message message, Extra extra, Findings findings) {
    if (extra.sends("tool_calls", message.getToolCalls())) {
      findings.add(at + ".tool_calls", "is for messages of role assistant only");
    }
    if (extra.sends("function_call", message.getFunctionCall())) {
      findings.add(at + ".function_call", "is for messages of role assistant only");
    }
  }

  private static void toolCalls(String at, @Nullable List<ToolCall> calls, Findings findings) {
    if (calls == null) {
      return;
    }
    if (calls.isEmpty()) {
      findings.add(at, "must have at least one call when given");
    }
    for (int i = 0; i < calls.size(); i++) {
      ToolCall call = calls.get(i);
      findings.notBlank(at + "[" + i + "].id", call.getId());
      Extra extra = Extra.of(call.getExtra());
      ToolRules.type(at + "[" + i + "].type", call.getType(), extra, findings);
      FunctionCall function = extra.own("function", call.getFunction());
      if (function != null) {
        findings.notBlank(at + "[" + i + "].function.name", function.getName());
      }
    }
  }

  /** Checks the typed parts of a content. Each part has only the field that its type names. */
  static final class PartRules {

    private static final List<String> DETAILS = List.of("auto", "low", "high");
    private static final List<String> AUDIO_FORMATS = List.of("wav", "mp3");

    private PartRules() {}

    /** Checks the parts at this path. If the set of types is empty, only text is allowed there. */
    static void check(String at, List<?> parts, Set<String> types, Findings findings) {
      if (types.isEmpty()) {
        findings.add(at, "must be text, not parts");
        return;
      }
      if (parts.isEmpty()) {
        findings.add(at, "must have at least one part");
      }
      for (int i = 0; i < parts.size(); i++) {
        if (parts.get(i) instanceof ContentPart part) {
          part(at + "[" + i + "]", part, types, findings);
        }
      }
    }

    private static void part(String at, ContentPart part, Set<String> types, Findings findings) {
      String type = part.getType();
      Extra extra = Extra.of(part.getExtra());
      Map<String, @Nullable Object> fields = fields(part);
      if (!types.contains(type)) {
        if (fields.containsKey(type) || !extra.isGiven()) {
          findings.oneOf(at + ".type", type, new TreeSet<>(types));
        }
        return; // only the endpoint knows the rules for types that are not in its reference
      }
      fields.forEach(
          (name, value) -> {
            boolean sent = extra.sends(name, value);
            if (name.equals(type) && !sent) {
              findings.add(at + "." + name, "is required for a part of type " + type);
            } else if (!name.equals(type) && sent) {
              findings.add(at + "." + name, "does not belong to a part of type " + type);
            }
          });
      inside(at, part, extra, findings);
    }

    private static Map<String, @Nullable Object> fields(ContentPart part) {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      fields.put("text", part.getText());
      fields.put("refusal", part.getRefusal());
      fields.put("image_url", part.getImageUrl());
      fields.put("input_audio", part.getInputAudio());
      fields.put("file", part.getFile());
      return fields;
    }

    private static void inside(String at, ContentPart part, Extra extra, Findings findings) {
      ImageUrl image = extra.own("image_url", part.getImageUrl());
      if (image != null) {
        findings.notBlank(at + ".image_url.url", image.getUrl());
        findings.oneOf(at + ".image_url.detail", image.getDetail(), DETAILS);
      }
      InputAudio audio = extra.own("input_audio", part.getInputAudio());
      if (audio != null) {
        findings.notBlank(at + ".input_audio.data", audio.getData());
        findings.oneOf(at + ".input_audio.format", audio.getFormat(), AUDIO_FORMATS);
      }
      FilePart file = extra.own("file", part.getFile());
      if (file != null && file.getFileId() == null && file.getFileData() == null) {
        findings.add(at + ".file", "needs file_id or file_data");
      }
    }
  }
}
