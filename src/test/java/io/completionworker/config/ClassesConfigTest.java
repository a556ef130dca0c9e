// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.config.ClassesConfig.RequestClass;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassesConfigTest {

  @TempDir Path directory;

  @Test
  void shouldBeOneClassWithTheTopicAndTheGroupOfTheWorkerUnlessSeveralAreNamed() {
    WorkerSettings settings = ConfigFixture.settings(directory);

    assertThat(settings.ofEachClass()).containsExactly(settings);
    assertThat(settings.requestTopics()).containsExactly("completion-requests");
    assertThat(settings.classes().several()).isFalse();
    assertThat(settings.classes().names()).isEmpty();
  }

  @Test
  void shouldGiveEachClassATopicAndAGroupOfItsOwn() {
    WorkerSettings settings = classes("classes.least.share", "");

    assertThat(settings.requestTopics())
        .containsExactly(
            "completion-requests-urgent", "completion-requests", "completion-requests-bulk");
    assertThat(settings.ofEachClass())
        .extracting(WorkerSettings::group)
        .containsExactly("completion-worker-urgent", "completion-worker", "completion-worker-bulk");
    assertThat(settings.allTopics())
        .hasSize(10)
        .startsWith("completion-requests-urgent")
        .endsWith("completion-controls");
  }

  @Test
  void shouldLeaveTopicAndGroupToTheDefaultClass() {
    WorkerSettings settings =
        classes("classes.default", "bulk", "topics.requests", "jobs", "kafka.application.id", "w");

    assertThat(settings.of(settings.classes().main())).isSameAs(settings);
    assertThat(settings.requestTopics()).containsExactly("jobs-urgent", "jobs-standard", "jobs");
    assertThat(settings.ofEachClass())
        .extracting(WorkerSettings::group)
        .containsExactly("w-urgent", "w-standard", "w");
  }

  @Test
  void shouldKnowTheClassOfATopic() {
    WorkerSettings settings = classes("classes.default", "bulk");

    assertThat(settings.classOf("completion-requests").map(RequestClass::name)).contains("bulk");
    assertThat(settings.classOf("completion-requests-urgent").map(RequestClass::name))
        .contains("urgent");
    assertThat(settings.classOf("completion-requests-bulk")).isEmpty();
    assertThat(settings.classOf("completion-failures")).isEmpty();
  }

  @Test
  void shouldGuaranteeAShareToEveryClassButTheMostUrgent() {
    assertThat(classes("classes.least.share", "standard=20").classes().all())
        .extracting(RequestClass::leastShare)
        .isEqualTo(List.of(0, 20, 5));
  }

  private WorkerSettings classes(String... more) {
    String[] pairs = new String[more.length + 2];
    pairs[0] = "classes";
    pairs[1] = "urgent,standard,bulk";
    System.arraycopy(more, 0, pairs, 2, more.length);
    return ConfigFixture.settings(directory, pairs);
  }
}
