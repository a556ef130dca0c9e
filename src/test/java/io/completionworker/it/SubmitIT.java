package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.cli.batch.BatchRequestId;
import io.completionworker.demo.endpoint.Behaviour;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SubmitIT {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int PARTITIONS = 3;
  private static final String TOPIC = "completion-requests";

  private static Stand stand;
  private static Path config;
  private static KafkaConsumer<byte[], byte[]> watcher;

  @BeforeAll
  static void start() {
    stand = new Stand(Behaviour.instant(), PARTITIONS);
    config = stand.file(Map.of());
    watcher = consumer("read_uncommitted");
  }

  @AfterAll
  static void stop() {
    watcher.close();
    stand.close();
  }

  @Test
  void shouldPublishEveryLineOnceThoughItIsKilledTenTimes() throws Exception {
    long seed = System.nanoTime();
    System.out.println("SubmitIT: seed of the kills " + seed);
    Random random = new Random(seed);
    int lines = 40_000;
    Path file = file("killed", lines, 20);
    int killed = 0;
    for (int i = 0; i < 10; i++) {
      long until = written() + random.nextInt(4_000);
      try (CliProcess submit = submit("--batch", "killed", file.toString())) {
        Awaitility.await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(20))
            .until(() -> !submit.alive() || written() >= until);
        killed += submit.alive() ? 1 : 0;
        submit.killAfter(0);
      }
    }

    try (CliProcess submit = submit("--batch", "killed", file.toString())) {
      assertThat(submit.await()).as(submit.all()).isZero();
      assertThat(submit.all()).contains(lines + " of " + lines + " requests are on " + TOPIC);
    }

    assertThat(killed).as("kills of a running submit, seed %d", seed).isGreaterThan(5);
    assertThat(lines("killed"))
        .as("lines on the topic, seed %d", seed)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, lines).boxed().toList());
    assertThat(sizes("killed")).containsExactly(Integer.toString(lines));
  }

  @Test
  void shouldStopInGoodOrderWhenInterruptedAndGoOn() throws Exception {
    int lines = 60_000;
    Path file = file("interrupted", lines, 20);
    long before = written();
    try (CliProcess submit = submit("--batch", "interrupted", file.toString())) {
      Awaitility.await().atMost(PATIENCE).until(() -> written() > before + 2_000);
      submit.interrupt();

      assertThat(submit.await()).as(submit.all()).isEqualTo(130);
      assertThat(submit.all().strip().lines().toList())
          .last()
          .asString()
          .startsWith("Stopped: ")
          .endsWith("the same command goes on with the rest");
    }

    try (CliProcess submit = submit("--batch", "interrupted", file.toString())) {
      assertThat(submit.await()).as(submit.all()).isZero();
    }
    assertThat(lines("interrupted"))
        .containsExactlyElementsOf(LongStream.rangeClosed(1, lines).boxed().toList());
  }

  @Test
  void shouldNotMissItsRecordsBehindAnotherOpenTransaction() throws Exception {
    Path file = file("behind", 50, 20);
    try (KafkaProducer<byte[], byte[]> other = transactional("someone-else");
        KafkaProducer<byte[], byte[]> own = transactional("completion-submit-behind")) {
      other.beginTransaction();
      for (int partition = 0; partition < PARTITIONS; partition++) {
        other.send(new ProducerRecord<>(TOPIC, partition, null, new byte[] {1})).get();
      }
      own.beginTransaction();
      own.send(lastLine("behind", 50, file)).get();
      own.commitTransaction();
      try (CliProcess again = submit("--batch", "behind", file.toString())) {
        Awaitility.await()
            .atMost(PATIENCE)
            .until(() -> again.all().contains("Waiting for a transaction"));
        other.abortTransaction();

        assertThat(again.await()).as(again.all()).isZero();
        assertThat(again.all()).contains("50 of 50 requests", "50 of them from before");
      }
    }
    assertThat(lines("behind")).containsExactly(50L);
  }

  @Test
  void shouldRefuseAnotherFileUnderTheSameId() throws Exception {
    Path one = file("one", 10, 20);
    Path other = file("other", 11, 20);
    try (CliProcess submit = submit("--batch", "same", one.toString())) {
      assertThat(submit.await()).as(submit.all()).isZero();
    }

    try (CliProcess submit = submit("--batch", "same", other.toString())) {
      assertThat(submit.await()).isEqualTo(2);
      assertThat(submit.all()).contains("another --batch").doesNotContain("\tat ");
    }
    assertThat(lines("same")).hasSize(10);
  }

  @Test
  void shouldPublishTwoHundredThousandLinesInLittleMemory() throws Exception {
    int lines = 200_000;
    Path file = file("large", lines, 400);
    long peak;
    long began = System.nanoTime();
    try (CliProcess submit = submit("--batch", "large", file.toString())) {
      assertThat(submit.await()).as(submit.all()).isZero();
      peak = submit.peakBytes();
    }

    System.out.println(
        "SubmitIT: peak of submit "
            + (peak >> 20)
            + " MiB, "
            + Duration.ofNanos(System.nanoTime() - began).toSeconds()
            + " s");
    assertThat(peak).isBetween(1L, 256L << 20);
    assertThat(lines("large")).hasSize(lines);
  }

  @Test
  void shouldDrawABarOnATerminal() throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/script")),
        "no pseudo-terminal: `script` of util-linux is not installed");
    Path file = file("terminal", 3_000, 20);
    String command =
        String.join(
            " ",
            CliProcess.commandLine(
                "96m", List.of("submit", "--config", config.toString(), file.toString())));
    ProcessBuilder script =
        new ProcessBuilder("/usr/bin/script", "-qfec", command, "/dev/null")
            .redirectErrorStream(true);
    script.environment().putAll(Map.of("COLUMNS", "70", "TERM", "xterm", "NO_COLOR", "1"));
    Process process = script.start();
    String screen = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(screen).isZero();
    assertThat(screen)
        .containsPattern("\rsubmit \\d+% \\[[=-]{8,40}\\] \\d+/3000")
        .containsPattern("\rsubmit 100% \\[=+\\] 3000/3000 [\\d.]+/s in 0:\\d\\d:\\d\\d\u001b\\[K")
        .doesNotContain("\u001b[3");
    for (String line : screen.split("[\r\n]+", -1)) {
      if (line.startsWith("submit ") || line.startsWith("check ")) {
        assertThat(line.replace("\u001b[K", "")).hasSizeLessThan(70);
      }
    }
  }

  private static CliProcess submit(String... arguments) {
    List<String> all = new ArrayList<>(List.of("submit", "--config", config.toString()));
    all.addAll(List.of(arguments));
    return new CliProcess(stand.directory, "96m", all);
  }

  private static Path file(String name, int lines, int textLength) throws IOException {
    Path file = stand.directory.resolve(name + ".jsonl");
    String text = "x".repeat(textLength);
    try (Writer out = Files.newBufferedWriter(file)) {
      for (int i = 1; i <= lines; i++) {
        out.write(
            "{\"custom_id\":\"c-%d\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\","
                    .formatted(i)
                + "\"body\":{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\","
                + "\"content\":\"%s %d\"}]}}\n".formatted(text, i));
      }
    }
    return file;
  }

  /** A record as submit has it, of the last line of a file. */
  private static ProducerRecord<byte[], byte[]> lastLine(String batch, int line, Path file)
      throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    CompletionRequest request =
        CompletionRequest.newBuilder(Stand.request("batch:" + batch + ":" + line + ":c-" + line))
            .build();
    byte[] value =
        stand.serdes().forValues(CompletionRequest.class).serializer().serialize(TOPIC, request);
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(TOPIC, 0, null, value);
    record
        .headers()
        .add(
            "completion-batch-digest",
            HexFormat.of().formatHex(digest).getBytes(StandardCharsets.UTF_8));
    return record;
  }

  /** Lines of a batch on the topic, read committed, in order; copies are there twice. */
  private static List<Long> lines(String batch) {
    List<Long> lines = new ArrayList<>();
    try (Deserializer<CompletionRequest> requests =
        stand.serdes().forValues(CompletionRequest.class).deserializer()) {
      forEachRecord(
          record -> {
            if (record.headers().lastHeader("completion-batch-digest") != null) {
              String id = requests.deserialize(TOPIC, record.value()).getRequestId();
              BatchRequestId.parse(id)
                  .filter(line -> line.batch().equals(batch))
                  .filter(line -> line.customId().equals("c-" + line.line()))
                  .ifPresent(line -> lines.add(line.line()));
            }
          });
    }
    lines.sort(Comparator.naturalOrder());
    return lines;
  }

  private static List<String> sizes(String batch) {
    List<String> sizes = new ArrayList<>();
    forEachRecord(
        record -> {
          Header size = record.headers().lastHeader("completion-batch-size");
          boolean ours =
              new String(record.value(), StandardCharsets.UTF_8).contains("batch:" + batch + ":");
          if (size != null && ours) {
            sizes.add(new String(size.value(), StandardCharsets.UTF_8));
          }
        });
    return sizes;
  }

  private static void forEachRecord(Consumer<ConsumerRecord<byte[], byte[]>> use) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer("read_committed")) {
      consumer.assign(partitions());
      consumer.seekToBeginning(partitions());
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions());
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(use);
      }
    }
  }

  /** Records on the topic, aborted ones and marks of transactions too. */
  private static synchronized long written() {
    return watcher.endOffsets(partitions()).values().stream().mapToLong(end -> end).sum();
  }

  private static Collection<TopicPartition> partitions() {
    List<TopicPartition> partitions = new ArrayList<>();
    for (int i = 0; i < PARTITIONS; i++) {
      partitions.add(new TopicPartition(TOPIC, i));
    }
    return partitions;
  }

  private static KafkaConsumer<byte[], byte[]> consumer(String isolation) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", stand.broker.bootstrapServers());
    settings.put("isolation.level", isolation);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static KafkaProducer<byte[], byte[]> transactional(String id) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", stand.broker.bootstrapServers());
    settings.put("transactional.id", id);
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
    return producer;
  }
}
