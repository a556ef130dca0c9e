// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class MockRegistryTest {

  private static final Schema STRING = Schema.create(Schema.Type.STRING);
  private static final Schema INT = Schema.create(Schema.Type.INT);

  @Test
  void shouldBeSharedByTheClientsOfAScope() {
    int id = client("shared").register("a", STRING).id();

    assertThat(client("shared").schemaById(id, null).schema()).isEqualTo(STRING);
    assertThatThrownBy(() -> client("other").schemaById(id, null))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("schema id " + id)
        .hasMessageContaining("40403");
  }

  @Test
  void shouldGiveASchemaOneIdUnderAllSubjects() {
    RegistryClient client = client("ids");

    assertThat(client.register("a", STRING).id()).isEqualTo(1);
    assertThat(client.register("a", INT).id()).isEqualTo(2);
    assertThat(client.register("b", STRING).id()).isEqualTo(1);
    assertThat(client.latest("a").schema()).isEqualTo(INT);
    assertThat(client.lookUp("a", STRING).id()).isEqualTo(1);
  }

  @Test
  void shouldNotFindWhatIsNotRegisteredUnderTheSubject() {
    RegistryClient client = client("lookups");
    client.register("a", STRING);
    client.register("b", INT);

    assertThatThrownBy(() -> client.lookUp("a", INT))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("40403");
    assertThatThrownBy(() -> client.lookUp("c", STRING))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("40401");
  }

  private static RegistryClient client(String scope) {
    return RegistryClient.of(
        new Settings(Map.of("schema.registry.url", "mock://mock-registry-test-" + scope)));
  }
}
