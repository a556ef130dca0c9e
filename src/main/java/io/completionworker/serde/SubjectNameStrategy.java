// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde;

import org.apache.kafka.common.config.ConfigException;

/** Which subject of the registry a record's schema belongs to; Confluent's three ways. */
enum SubjectNameStrategy {
  /** One schema per topic: {@code topic-value} or {@code topic-key}. */
  TOPIC_NAME("TopicNameStrategy") {
    @Override
    String subject(String topic, boolean isKey, String recordName) {
      return topic + (isKey ? "-key" : "-value");
    }
  },
  /** One schema per record, for all topics. */
  RECORD_NAME("RecordNameStrategy") {
    @Override
    String subject(String topic, boolean isKey, String recordName) {
      return recordName;
    }
  },
  /** One schema per record and topic. */
  TOPIC_RECORD_NAME("TopicRecordNameStrategy") {
    @Override
    String subject(String topic, boolean isKey, String recordName) {
      return topic + "-" + recordName;
    }
  };

  private final String className;

  SubjectNameStrategy(String className) {
    this.className = className;
  }

  /** The subject of a record of this full name. */
  abstract String subject(String topic, boolean isKey, String recordName);

  /** The strategy of a class name, with or without its package or the word Strategy. */
  static SubjectNameStrategy of(String setting, String name) {
    String simple = name.substring(name.lastIndexOf('.') + 1);
    for (SubjectNameStrategy strategy : values()) {
      if (simple.equals(strategy.className) || (simple + "Strategy").equals(strategy.className)) {
        return strategy;
      }
    }
    throw new ConfigException(
        setting, name, "must be TopicNameStrategy, RecordNameStrategy or TopicRecordNameStrategy");
  }
}
