// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.Test;

/** What Avro's encoder writes, value by value; refusals are in {@link UnreadableBytesTest}. */
class BoundedDecoderTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final BinaryEncoder out = EncoderFactory.get().binaryEncoder(bytes, null);

  @Test
  void shouldReadNumbersOfEveryLength() throws IOException {
    for (int shift = 0; shift < 64; shift++) {
      for (long value : new long[] {1L << shift, -(1L << shift), (1L << shift) - 1}) {
        out.writeLong(value);
        out.writeInt((int) value);
        out.writeDouble(value / 3.0);
        out.writeFloat(value / 3.0f);
      }
    }
    BoundedDecoder in = in();
    for (int shift = 0; shift < 64; shift++) {
      for (long value : new long[] {1L << shift, -(1L << shift), (1L << shift) - 1}) {
        assertThat(in.readLong()).isEqualTo(value);
        assertThat(in.readInt()).isEqualTo((int) value);
        assertThat(in.readDouble()).isEqualTo(value / 3.0);
        assertThat(in.readFloat()).isEqualTo(value / 3.0f);
      }
    }
    assertThat(in.remaining()).isZero();
  }

  @Test
  void shouldReadTextAndBytes() throws IOException {
    out.writeString("é\uD83D\uDE80");
    out.writeString("");
    out.writeString("utf8");
    out.writeBytes(new byte[] {1, 2});
    out.writeFixed(new byte[] {3, 4});
    out.writeBoolean(true);
    out.writeBoolean(false);
    out.writeEnum(5);
    out.writeIndex(6);
    BoundedDecoder in = in();

    assertThat(in.readString()).isEqualTo("é\uD83D\uDE80");
    assertThat(in.readString()).isEmpty();
    assertThat(in.readString(new Utf8()).toString()).isEqualTo("utf8");
    assertThat(in.readBytes(ByteBuffer.allocate(9))).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
    byte[] fixed = new byte[2];
    in.readFixed(fixed);
    assertThat(fixed).containsExactly(3, 4);
    assertThat(in.readBoolean()).isTrue();
    assertThat(in.readBoolean()).isFalse();
    assertThat(in.readEnum()).isEqualTo(5);
    assertThat(in.readIndex()).isEqualTo(6);
    assertThat(in.remaining()).isZero();
  }

  @Test
  void shouldReadAndSkipBlocksWithAndWithoutTheirSize() throws IOException {
    for (int i = 0; i < 4; i++) {
      out.writeLong(-2); // two items, in the two bytes that follow
      out.writeLong(2);
      out.writeInt(7);
      out.writeInt(8);
      out.writeLong(1);
      out.writeInt(9);
      out.writeLong(0);
    }
    BoundedDecoder in = in();

    assertThat(in.readArrayStart()).isEqualTo(2);
    assertThat(in.readInt()).isEqualTo(7);
    assertThat(in.readInt()).isEqualTo(8);
    assertThat(in.arrayNext()).isEqualTo(1);
    assertThat(in.readInt()).isEqualTo(9);
    assertThat(in.arrayNext()).isZero();

    assertThat(in.readMapStart()).isEqualTo(2);
    in.skipFixed(2);
    assertThat(in.mapNext()).isEqualTo(1);
    in.skipFixed(1);
    assertThat(in.mapNext()).isZero();

    assertThat(in.skipArray()).as("the block without a size").isEqualTo(1);
    assertThat(in.readInt()).isEqualTo(9);
    assertThat(in.skipArray()).isZero();

    assertThat(in.skipMap()).isEqualTo(1);
    in.skipFixed(1);
    assertThat(in.skipMap()).isZero();
    assertThat(in.remaining()).isZero();
  }

  private BoundedDecoder in() throws IOException {
    out.flush();
    return new BoundedDecoder(bytes.toByteArray(), 0);
  }
}
