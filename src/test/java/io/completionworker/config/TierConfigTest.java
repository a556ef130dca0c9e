// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionRequest;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TierConfigTest {

  @TempDir Path directory;

  @Test
  void shouldChooseNoTierByDefault() {
    assertThat(ConfigFixture.settings(directory).tiers()).isEqualTo(TierConfig.OFF);
  }

  @Test
  void shouldTakeAHeaderInLowerCase() {
    TierConfig tiers =
        ConfigFixture.settings(
                directory,
                "tier.order",
                "flex, default",
                "tier.header",
                "X-Vertex-AI-LLM-Shared-Request-Type")
            .tiers();

    assertThat(tiers.order()).containsExactly("flex", "default");
    assertThat(tiers.header()).isEqualTo("x-vertex-ai-llm-shared-request-type");
  }

  @Test
  void shouldRefuseASingleTier() {
    assertThat(faults("tier.order", "flex"))
        .singleElement()
        .asString()
        .startsWith(
            "tier.order: flex is the only tier; allowed: at least two, such as flex,default");
  }

  @Test
  void shouldRefuseATierThatIsNamedTwice() {
    assertThat(faults("tier.order", "flex,default,Flex"))
        .containsExactly("tier.order: Flex is named twice; allowed: each tier once");
  }

  @Test
  void shouldRefuseWhatIsNoNameOfATier() {
    assertThat(faults("tier.order", "flex,de fault"))
        .singleElement()
        .asString()
        .contains("'flex,de fault' is not allowed; allowed: names of service tiers");
  }

  @Test
  void shouldRefuseOtherKeysWithoutTiers() {
    assertThat(faults("tier.patience.ms", "1000", "tier.models", "gpt-*"))
        .containsExactlyInAnyOrder(
            "tier.patience.ms: needs tier.order, which names no tiers",
            "tier.models: needs tier.order, which names no tiers");
  }

  @Test
  void shouldRefuseAnUnknownClass() {
    assertThat(
            faults(
                "tier.order",
                "flex,default",
                "classes",
                "urgent,standard",
                "tier.classes",
                "standard,bulk"))
        .containsExactly("tier.classes: bulk is not a class; allowed: urgent, standard");
    assertThat(faults("tier.order", "flex,default", "tier.classes", "bulk"))
        .containsExactly(
            "tier.classes: bulk is not a class; allowed: nothing, since there is one class");
  }

  @Test
  void shouldRefuseNamesThatMeanSomethingElse() {
    assertThat(faults("tier.order", "flex,default", "tier.parameter", "model"))
        .singleElement()
        .asString()
        .startsWith("tier.parameter: 'model' is not allowed");
    assertThat(faults("tier.order", "flex,default", "tier.header", "Authorization"))
        .singleElement()
        .asString()
        .startsWith("tier.header: 'Authorization' is not allowed");
  }

  @Test
  void shouldRefuseEveryOtherFieldOfRequestsAsTheParameter() {
    assertThat(TierConfig.TAKEN)
        .containsExactlyInAnyOrderElementsOf(
            CompletionRequest.getClassSchema().getFields().stream()
                .map(Schema.Field::name)
                .filter(name -> !name.equals(TierConfig.PARAMETER_DEFAULT))
                .toList());
    assertThat(faults("tier.order", "flex,default", "tier.parameter", "temperature"))
        .singleElement()
        .asString()
        .startsWith("tier.parameter: 'temperature' is not allowed")
        .endsWith("that no other field of requests has");
  }

  @Test
  void shouldRefuseAFixedValueOfTheHeaderThatNamesTheTier() {
    assertThat(
            faults(
                "tier.order",
                "flex,default",
                "tier.header",
                "X-Tier",
                "gateway.headers.x-tier",
                "flex"))
        .containsExactly(
            "gateway.headers.x-tier: sets the header that names the tier of each call, see"
                + " tier.header");
    assertThat(
            faults(
                "tier.order",
                "flex,default",
                "tier.header",
                "X-Tier",
                "gateway.headers.x-other",
                "flex"))
        .isEmpty();
  }

  private List<String> faults(String... pairs) {
    return ConfigFixture.faults(directory, pairs);
  }
}
