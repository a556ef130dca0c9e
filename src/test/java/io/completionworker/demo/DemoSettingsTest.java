// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class DemoSettingsTest {

  private final Properties properties = new Properties();

  @Test
  void shouldSimulateUnlessAnEndpointIsNamed() {
    assertThat(DemoSettings.from(properties).simulated()).isTrue();

    properties.setProperty("gateway.url", "http://localhost:8787/v1");
    properties.setProperty("gateway.api.key", "k");
    properties.setProperty("gateway.provider", "");
    properties.setProperty("demo.model", "llama3");

    DemoSettings settings = DemoSettings.from(properties);
    assertThat(settings.simulated()).isFalse();
    assertThat(settings.gateway())
        .isEqualTo(Map.of("gateway.url", "http://localhost:8787/v1", "gateway.api.key", "k"));
    assertThat(settings.model()).isEqualTo("llama3");
  }

  @Test
  void shouldRefuseAKeyForNoEndpoint() {
    properties.setProperty("gateway.api.key", "sk-secret");

    assertThatThrownBy(() -> DemoSettings.from(properties))
        .hasMessageContaining("gateway.url")
        .hasMessageNotContaining("sk-secret");
  }

  @Test
  void shouldReadTimesInSeconds() {
    properties.setProperty("demo.keep.seconds", "60");
    assertThat(DemoSettings.from(properties).keep()).isEqualTo(Duration.ofMinutes(1));

    for (String wrong : List.of("long", "", "-1", "1.5", "99999999999999999999")) {
      properties.setProperty("demo.keep.seconds", wrong);
      assertThatThrownBy(() -> DemoSettings.from(properties))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("demo.keep.seconds");
    }
  }
}
