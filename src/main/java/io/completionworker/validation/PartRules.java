// SPDX-License-Identifier: Apache-2.0
package io.completionworker.validation;

import io.completionworker.avro.ContentPart;
import io.completionworker.avro.FilePart;
import io.completionworker.avro.ImageUrl;
import io.completionworker.avro.InputAudio;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Typed parts of a content: each has the one field that its type names. */
final class PartRules {

  private static final List<String> DETAILS = List.of("auto", "low", "high");
  private static final List<String> AUDIO_FORMATS = List.of("wav", "mp3");

  private PartRules() {}

  /** Checks the parts at this path; an empty set of types means that only text may stand there. */
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
      return; // of a type that the page does not know only the endpoint knows the rules
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
