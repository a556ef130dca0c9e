// SPDX-License-Identifier: Apache-2.0
package io.completionworker.usage;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;

/**
 * How sums are kept in the store and its changelog.
 *
 * <p>A version byte; the number of written revisions (4 bytes); 13 counts and the histogram, each
 * with 8 bytes; the number of outcomes (4 bytes), each as text and count; whether there is a cost
 * (1 byte), and then its scale (4 bytes), its unscaled value with a 4-byte length, and the currency
 * as text, empty for none; the tokens written to a provider's cache (8 bytes), which are 0 where
 * the bytes end before them. Big-endian; texts are modified UTF-8 with a 2-byte length. It needs no
 * schema, so that a store can be read without the registry. Instances of two versions share a
 * changelog during a rolling upgrade: a new version must first be read everywhere before it is
 * written anywhere. What stands at the end is not read by those who do not know it.
 */
final class WindowFormat {

  private static final byte VERSION = 1;

  private WindowFormat() {}

  static byte[] encode(WindowSums sums) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeInt(sums.revisions);
      for (long count : counts(sums)) {
        out.writeLong(count);
      }
      for (long count : sums.histogram) {
        out.writeLong(count);
      }
      out.writeInt(sums.outcomes.size());
      for (Map.Entry<String, Long> outcome : sums.outcomes.entrySet()) {
        out.writeUTF(outcome.getKey());
        out.writeLong(outcome.getValue());
      }
      BigDecimal cost = sums.cost;
      out.writeBoolean(cost != null);
      if (cost != null) {
        byte[] unscaled = cost.unscaledValue().toByteArray();
        out.writeInt(cost.scale());
        out.writeInt(unscaled.length);
        out.write(unscaled);
        out.writeUTF(sums.currency == null ? "" : sums.currency);
      }
      out.writeLong(sums.cacheWriteTokens);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * @throws IllegalStateException when a newer version wrote this
   */
  static WindowSums decode(byte[] bytes) {
    WindowSums sums = new WindowSums();
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      byte version = in.readByte();
      if (version != VERSION) {
        throw new IllegalStateException(
            "The store of usage windows has format "
                + version
                + ", this version reads format "
                + VERSION
                + ": run the newer version again");
      }
      sums.revisions = in.readInt();
      readCounts(in, sums);
      for (int i = 0; i < WindowSums.BUCKETS; i++) {
        sums.histogram[i] = in.readLong();
      }
      for (int left = in.readInt(); left > 0; left--) {
        sums.outcomes.put(in.readUTF(), in.readLong());
      }
      if (in.readBoolean()) {
        int scale = in.readInt();
        sums.cost = new BigDecimal(new BigInteger(in.readNBytes(in.readInt())), scale);
        sums.currency = in.readUTF();
      }
      sums.cacheWriteTokens = in.available() > 0 ? in.readLong() : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sums;
  }

  private static long[] counts(WindowSums sums) {
    return new long[] {
      sums.writtenCalls,
      sums.calls,
      sums.promptTokens,
      sums.completionTokens,
      sums.totalTokens,
      sums.cachedTokens,
      sums.reasoningTokens,
      sums.unbilledTokens,
      sums.unpricedCalls,
      sums.retries,
      sums.latencyMin,
      sums.latencyMax,
      sums.latencySum
    };
  }

  private static void readCounts(DataInputStream in, WindowSums sums) throws IOException {
    sums.writtenCalls = in.readLong();
    sums.calls = in.readLong();
    sums.promptTokens = in.readLong();
    sums.completionTokens = in.readLong();
    sums.totalTokens = in.readLong();
    sums.cachedTokens = in.readLong();
    sums.reasoningTokens = in.readLong();
    sums.unbilledTokens = in.readLong();
    sums.unpricedCalls = in.readLong();
    sums.retries = in.readLong();
    sums.latencyMin = in.readLong();
    sums.latencyMax = in.readLong();
    sums.latencySum = in.readLong();
  }
}
