package io.completionworker.validation;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.Message;
import io.completionworker.avro.ToolCall;
import java.util.List;
import java.util.Set;

/** Roles, and what a message of each role must and may carry. */
final class MessageRules implements RequestValidator.Rule {

  private static final List<String> ROLES =
      List.of("developer", "system", "user", "assistant", "tool", "function");

  @Override
  public void check(CompletionRequest request, Findings findings) {
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
    content(at + ".content", message, findings);
    if (role.equals("assistant")) {
      toolCalls(at + ".tool_calls", message, findings);
    } else {
      onlyAssistant(at, message, findings);
    }
    if (role.equals("tool")) {
      findings.notBlank(at + ".tool_call_id", message.getToolCallId());
    } else if (message.getToolCallId() != null) {
      findings.add(at + ".tool_call_id", "is for messages of role tool only");
    }
    if (role.equals("function")) {
      findings.notBlank(at + ".name", message.getName());
    }
  }

  private static void content(String at, Message message, Findings findings) {
    Object content = message.getContent();
    if (content == null) {
      if (!mayGoWithoutContent(message)) {
        findings.add(at, "is required");
      }
    } else if (content instanceof List<?> parts) {
      PartRules.check(at, parts, partsOf(message.getRole()), findings);
    }
  }

  private static boolean mayGoWithoutContent(Message message) {
    return message.getRole().equals("assistant")
        && (message.getToolCalls() != null
            || message.getFunctionCall() != null
            || message.getAudio() != null
            || message.getRefusal() != null);
  }

  private static Set<String> partsOf(String role) {
    return switch (role) {
      case "user" -> Set.of("text", "image_url", "input_audio", "file");
      case "assistant" -> Set.of("text", "refusal");
      case "function" -> Set.of();
      default -> Set.of("text");
    };
  }

  private static void onlyAssistant(String at, Message message, Findings findings) {
    if (message.getToolCalls() != null) {
      findings.add(at + ".tool_calls", "is for messages of role assistant only");
    }
    if (message.getFunctionCall() != null) {
      findings.add(at + ".function_call", "is for messages of role assistant only");
    }
  }

  private static void toolCalls(String at, Message message, Findings findings) {
    List<ToolCall> calls = message.getToolCalls();
    if (calls == null) {
      return;
    }
    if (calls.isEmpty()) {
      findings.add(at, "must have at least one call when given");
    }
    for (int i = 0; i < calls.size(); i++) {
      ToolCall call = calls.get(i);
      findings.notBlank(at + "[" + i + "].id", call.getId());
      findings.oneOf(at + "[" + i + "].type", call.getType(), List.of("function"));
      findings.notBlank(at + "[" + i + "].function.name", call.getFunction().getName());
    }
  }
}
