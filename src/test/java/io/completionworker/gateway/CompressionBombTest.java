// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.zip.CRC32C;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Answers that unpack to a quarter of a gigabyte. The client asks for gzip alone, but unpacks what
 * its libraries can; what is unpacked is counted while it is, and never kept whole.
 */
class CompressionBombTest {

  private static final int UNPACKED = 1 << 28;
  private static final int MOST_BYTES = 100_000;

  /** Most that a block of zstd has. */
  private static final int ZSTD_BLOCK = 1 << 17;

  /** Most that a chunk of Snappy's frames has. */
  private static final int SNAPPY_CHUNK = 1 << 16;

  @ParameterizedTest
  @CsvSource({
    "gzip, RESPONSE_TOO_LARGE",
    "deflate, RESPONSE_TOO_LARGE",
    "zstd, RESPONSE_TOO_LARGE",
    "snappy, RESPONSE_TOO_LARGE",
    // nothing here unpacks it, so it is an answer that nobody can read
    "br, INVALID_RESPONSE",
  })
  void shouldEndAsTooLargeBeforeAllIsUnpacked(String coding, FailureReason reason)
      throws Exception {
    byte[] bomb = bomb(coding);
    assertThat(bomb).hasSizeLessThan(UNPACKED / 10);

    try (MisbehavingServer server = answering(coding, bomb);
        GatewayClient client =
            GatewayClient.start(
                Settings.at(server.url()).maxResponseBytes(MOST_BYTES).config(),
                1,
                InstantSource.system())) {
      AttemptResult result = Clients.attempt(client, Calls.hello());

      assertThat(result).isInstanceOf(AttemptResult.Rejected.class);
      assertThat(((AttemptResult.Rejected) result).error().reason()).isEqualTo(reason);
    }
  }

  private static MisbehavingServer answering(String coding, byte[] body) throws IOException {
    String head =
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: %s\r\n"
                .formatted(coding)
            + "content-length: %d\r\n\r\n".formatted(body.length);
    return new MisbehavingServer(
        (out, socket) -> {
          out.write(head.getBytes(StandardCharsets.US_ASCII));
          out.write(body);
          return true;
        });
  }

  private static byte[] bomb(String coding) throws IOException {
    return switch (coding) {
      case "gzip", "deflate" -> deflated(coding);
      case "zstd" -> zstd();
      case "snappy" -> snappy();
      // an empty stream of brotli, with more behind it
      default -> new byte[] {0x06, 0x20, 0x20, 0x20};
    };
  }

  private static byte[] deflated(String coding) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    byte[] some = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
    try (OutputStream out =
        coding.equals("gzip") ? new GZIPOutputStream(packed) : new DeflaterOutputStream(packed)) {
      for (int i = 0; i < UNPACKED / some.length; i++) {
        out.write(some);
      }
    }
    return packed.toByteArray();
  }

  /** RFC 8878: a frame of blocks that each repeat one byte. */
  private static byte[] zstd() {
    int blocks = UNPACKED / ZSTD_BLOCK;
    ByteBuffer frame = ByteBuffer.allocate(6 + 4 * blocks).order(ByteOrder.LITTLE_ENDIAN);
    frame.putInt(0xfd2fb528).put((byte) 0).put((byte) (7 << 3)); // a window of one block
    for (int i = 1; i <= blocks; i++) {
      int header = (i == blocks ? 1 : 0) | (1 << 1) | (ZSTD_BLOCK << 3);
      frame.put((byte) header).put((byte) (header >> 8)).put((byte) (header >> 16));
      frame.put((byte) ' ');
    }
    return frame.array();
  }

  /** Snappy's framing format: chunks that each repeat one byte, by copies of 64 bytes. */
  private static byte[] snappy() {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.writeBytes(new byte[] {(byte) 0x80, (byte) 0x80, 0x04}); // the size, 65 536, as a varint
    block.writeBytes(new byte[] {0, ' '});
    for (int left = SNAPPY_CHUNK - 1; left > 0; left -= Math.min(64, left)) {
      block.writeBytes(new byte[] {(byte) (((Math.min(64, left) - 1) << 2) | 2), 1, 0});
    }
    byte[] packed = block.toByteArray();
    CRC32C crc = new CRC32C();
    crc.update(" ".repeat(SNAPPY_CHUNK).getBytes(StandardCharsets.US_ASCII));
    int sum = (int) crc.getValue();
    ByteBuffer chunk = ByteBuffer.allocate(8 + packed.length).order(ByteOrder.LITTLE_ENDIAN);
    chunk.putInt((packed.length + 4) << 8); // of type 0, compressed
    chunk.putInt(((sum >>> 15) | (sum << 17)) + 0xa282ead8);
    chunk.put(packed);
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    stream.writeBytes(new byte[] {(byte) 0xff, 6, 0, 0, 's', 'N', 'a', 'P', 'p', 'Y'});
    for (int i = 0; i < UNPACKED / SNAPPY_CHUNK; i++) {
      stream.writeBytes(chunk.array());
    }
    return stream.toByteArray();
  }
}
