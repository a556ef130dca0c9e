// SPDX-License-Identifier: Apache-2.0
package io.completionworker.usage;

import static io.completionworker.usage.Rows.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionUsage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DimensionsTest {

  private static final List<String> ALL =
      List.of("virtual-key", "model", "provider", "user", "metadata.team=a");

  @Test
  void shouldGiveBackEveryValueAsItWas() {
    CompletionUsage row =
        row("m/1&model=2")
            .setVirtualKey("vk")
            .setEndUser("Zoë %20+ü")
            .setMetadata("{\"team=a\":\"a&b=c\",\"other\":\"x\"}")
            .build();

    assertThat(Dimensions.values(new Dimensions(ALL).group(row)))
        .isEqualTo(
            Map.of(
                "virtual-key", "vk",
                "model", "m/1&model=2",
                "provider", "",
                "user", "Zoë %20+ü",
                "metadata.team=a", "a&b=c"));
  }

  @Test
  void shouldTakeTheModelThatAnswered() {
    CompletionUsage row = row("asked").setModelServed("served").build();

    assertThat(new Dimensions(List.of("model")).group(row)).isEqualTo("model=served");
  }

  @Test
  void shouldHaveOneGroupWithoutDimensions() {
    String group = new Dimensions(List.of()).group(row("m").build());

    assertThat(group).isEmpty();
    assertThat(Dimensions.values(group)).isEmpty();
  }

  @Test
  void shouldKeepLongValuesApartAndShort() {
    Dimensions user = new Dimensions(List.of("user"));
    String text = "x".repeat(10_000);

    String one = user.group(row("m").setEndUser(text + 1).build());
    String two = user.group(row("m").setEndUser(text + 2).build());

    assertThat(one).isNotEqualTo(two);
    assertThat(Dimensions.values(one).get("user")).hasSize(Dimensions.LONGEST);
  }
}
