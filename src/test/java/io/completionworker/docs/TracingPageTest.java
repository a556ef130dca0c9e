// SPDX-License-Identifier: Apache-2.0
package io.completionworker.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.tracing.SpanAttributes;
import io.opentelemetry.api.common.AttributeKey;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TracingPageTest {

  private final Page page = Page.of("src/docs/tracing.md");

  @Test
  void shouldExplainEveryAttribute() throws IllegalAccessException {
    List<String> attributes = new ArrayList<>();
    for (Field field : SpanAttributes.class.getDeclaredFields()) {
      if (field.get(null) instanceof AttributeKey<?> key) {
        attributes.add(key.getKey());
      }
    }
    SpanAttributes.WAITED.values().forEach(key -> attributes.add(key.getKey()));
    assertThat(page.firstCells("Attributes")).containsExactlyInAnyOrderElementsOf(attributes);
  }

  @Test
  void shouldShowTheTreeOfARequest() {
    assertThat(TracingPage.exampleTree()).startsWith("CONSUMER process completion-requests");
  }
}
