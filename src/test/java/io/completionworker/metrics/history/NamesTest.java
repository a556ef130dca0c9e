// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.metrics.MeterSpec;
import io.completionworker.metrics.history.Sampling.Names;
import java.lang.reflect.Field;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A meter or tag that gets another name has to get it here too. */
class NamesTest {

  private static final List<MeterSpec> METERS = MeterSpec.all();

  @Test
  void shouldReadMetersThatExist() {
    assertThat(names().filter(name -> name.startsWith("completion.worker.")))
        .isNotEmpty()
        .isSubsetOf(METERS.stream().map(MeterSpec::name).toList());
  }

  @Test
  void shouldReadTagsThatExist() {
    assertThat(names().filter(name -> !name.startsWith("completion.worker.")))
        .isNotEmpty()
        .isSubsetOf(
            METERS.stream().flatMap(meter -> meter.tags().stream()).map(tag -> tag.key()).toList());
  }

  private static Stream<String> names() {
    return Stream.of(Names.class.getDeclaredFields())
        .filter(field -> field.getType() == String.class)
        .map(NamesTest::value);
  }

  private static String value(Field field) {
    try {
      return String.valueOf(field.get(null));
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
