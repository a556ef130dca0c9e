// SPDX-License-Identifier: Apache-2.0
package io.completionworker.libraries;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** Runs what is native among the libraries: each of Kafka's codecs, and RocksDB. */
public final class NativeRoundTrip {

  private static final byte[] TEXT =
      "once upon a time ".repeat(1000).getBytes(StandardCharsets.UTF_8);

  private NativeRoundTrip() {}

  /** Takes an empty directory; prints a line for each that gives back what it was given. */
  public static void main(String[] args) throws RocksDBException {
    for (CompressionType type : CompressionType.values()) {
      MemoryRecords records =
          MemoryRecords.withRecords(Compression.of(type).build(), new SimpleRecord(TEXT));
      byte[] read = new byte[TEXT.length];
      records.records().iterator().next().value().get(read);
      report(type.name, read);
    }
    try (Options options = new Options().setCreateIfMissing(true);
        RocksDB store = RocksDB.open(options, args[0])) {
      byte[] key = {1};
      store.put(key, TEXT);
      report("rocksdb", store.get(key));
    }
  }

  private static void report(String name, byte[] read) {
    if (Arrays.equals(TEXT, read)) {
      System.out.println(name);
    }
  }
}
