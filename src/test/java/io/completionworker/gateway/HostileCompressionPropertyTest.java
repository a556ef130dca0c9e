// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.hostile.Edit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Answers that are packed, and spoilt then, or unpack to far more than may be kept. The HTTP client
 * unpacks, so each is a call over a socket, and there are fewer of them.
 */
class HostileCompressionPropertyTest {

  private static final int MOST_BYTES = 100_000;
  private static final byte[] OK = RecordedAnswer.of("ok").bytes();
  private static final AtomicReference<byte[]> NEXT = new AtomicReference<>(new byte[0]);

  private static final MisbehavingServer SERVER = server();
  private static final GatewayClient CLIENT =
      GatewayClient.start(
          Settings.at(SERVER.url()).maxResponseBytes(MOST_BYTES).config(),
          1,
          InstantSource.system());

  @AfterContainer
  static void stop() throws IOException {
    CLIENT.close();
    SERVER.close();
  }

  private static MisbehavingServer server() {
    try {
      return new MisbehavingServer(
          (out, socket) -> {
            out.write(NEXT.get());
            return true;
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Property(tries = 200)
  void shouldTakeWhatFitsAndCutWhatDoesNot(
      @ForAll("codings") String coding, @ForAll @IntRange(max = 2_000_000) int padding)
      throws Exception {
    AttemptResult result = answered(coding, packed(coding, padding));

    if (OK.length + padding <= MOST_BYTES) {
      assertThat(result).isInstanceOf(AttemptResult.Answered.class);
    } else {
      assertThat(error(result).reason()).isEqualTo(FailureReason.RESPONSE_TOO_LARGE);
    }
  }

  @Property(tries = 500)
  void shouldEndWhateverBecameOfWhatIsPacked(
      @ForAll("codings") String coding,
      @ForAll @IntRange(max = 200_000) int padding,
      @ForAll("edits") List<Edit> edits)
      throws Exception {
    AttemptResult result = answered(coding, Edit.apply(packed(coding, padding), edits));

    if (result instanceof AttemptResult.Answered answered) {
      assertThat(answered.answer().choices()).isNotEmpty();
    } else {
      assertThat(error(result).message()).isNotBlank().hasSizeLessThan(10_000);
      assertThat(error(result).reason()).isNotEqualTo(FailureReason.REQUEST_TIMEOUT);
    }
  }

  @Provide
  Arbitrary<String> codings() {
    return Arbitraries.of("gzip", "deflate");
  }

  @Provide
  Arbitrary<List<Edit>> edits() {
    return Edit.several(List.of(new byte[] {0}, new byte[] {-1, -1}, new byte[] {31, -117, 8}));
  }

  private static AttemptResult answered(String coding, byte[] body) throws Exception {
    var response = new ByteArrayOutputStream();
    String head =
        "HTTP/1.1 200 OK\r\ncontent-encoding: %s\r\ncontent-length: %d\r\n\r\n"
            .formatted(coding, body.length);
    response.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
    response.writeBytes(body);
    NEXT.set(response.toByteArray());
    return Clients.attempt(CLIENT, Calls.hello());
  }

  private static AttemptError error(AttemptResult result) {
    assertThat(result).isInstanceOf(AttemptResult.Rejected.class);
    return ((AttemptResult.Rejected) result).error();
  }

  /** An answer behind white space, which packs well. */
  private static byte[] packed(String coding, int padding) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (OutputStream out =
        coding.equals("gzip") ? new GZIPOutputStream(packed) : new DeflaterOutputStream(packed)) {
      out.write(" ".repeat(padding).getBytes(StandardCharsets.US_ASCII));
      out.write(OK);
    }
    return packed.toByteArray();
  }
}
