// SPDX-License-Identifier: Apache-2.0
package io.completionworker.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The image holds every library, with the native code of its own platform alone. */
class ImageLibrariesIT {

  private static final int MOST_BYTES = 60_000_000;

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"x86_64", "aarch64"})
  void shouldTakeAtMost60Megabytes(String platform) {
    assertThat(new ImageLibraries(platform).jars().stream().mapToLong(ImageLibraries::size).sum())
        .isLessThanOrEqualTo(MOST_BYTES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x86_64", "aarch64"})
  void shouldHoldEveryLibraryOnce(String platform) {
    assertThat(names(new ImageLibraries(platform).jars()))
        .isNotEmpty()
        .containsExactlyInAnyOrderElementsOf(names(ImageLibraries.jars(Path.of("target", "lib"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x86_64", "aarch64"})
  void shouldHoldNativeCodeOfItsPlatformAlone(String platform) throws IOException {
    List<String> natives = new ArrayList<>();
    for (Path jar : new ImageLibraries(platform).jars()) {
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        zip.stream()
            .map(ZipEntry::getName)
            .filter(name -> name.matches(".*\\.(so|a|dll|dylib|jnilib)"))
            .map(name -> name.substring(name.lastIndexOf('/') + 1).replaceAll("[-\\d.]*\\.so", ""))
            .forEach(natives::add);
      }
    }
    String rocksdb = platform.equals("x86_64") ? "linux" : "linux-aarch";
    assertThat(natives)
        .containsExactlyInAnyOrder(
            "librocksdbjni-" + rocksdb, "libzstd-jni", "liblz4-java", "libsnappyjava");
  }

  @Test
  void shouldCompressAndStoreWithTheNativeCodeThatIsLeft() throws Exception {
    Child child =
        Child.run(
            libraries(),
            Path.of("target", "test-classes"),
            NativeRoundTrip.class.getName(),
            directory.toString());

    assertThat(child.text().lines())
        .as(child.text())
        .contains("none", "gzip", "snappy", "lz4", "zstd", "rocksdb");
    assertThat(child.exitCode()).as(child.text()).isZero();
  }

  @Test
  @Tag("long")
  void shouldStartWithThem() throws Exception {
    Child child =
        Child.run(
            libraries(),
            Path.of("target", "classes"),
            "io.completionworker.CompletionWorker",
            "check");

    assertThat(child.exitCode()).as(child.text()).isNotZero();
    assertThat(child.text())
        .contains("127.0.0.1:1")
        .doesNotContain("NoClassDefFoundError", "UnsatisfiedLinkError", "ClassNotFoundException");
  }

  private static ImageLibraries libraries() {
    var libraries = ImageLibraries.ofThisMachine();
    Assumptions.assumeTrue(libraries.isPresent(), "no libraries are made for this platform");
    return libraries.orElseThrow();
  }

  private static List<String> names(List<Path> jars) {
    return jars.stream().map(jar -> String.valueOf(jar.getFileName())).toList();
  }

  /** A JVM that has ended. */
  private record Child(int exitCode, String text) {

    /** Runs a class of this directory with the libraries; nobody is there to talk to. */
    static Child run(ImageLibraries libraries, Path classes, String... mainAndArguments)
        throws IOException, InterruptedException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-cp", classes + ":" + libraries.classPath()));
      command.addAll(Arrays.asList(mainAndArguments));
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder
          .environment()
          .putAll(
              Map.of(
                  "KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1",
                  "SCHEMA_REGISTRY_URL", "http://127.0.0.1:1",
                  "GATEWAY_URL", "http://127.0.0.1:1"));
      Process process = builder.start();
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Child(process.waitFor(), text);
    }
  }
}
