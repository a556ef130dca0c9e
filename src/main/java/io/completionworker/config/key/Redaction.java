package io.completionworker.config.key;

import java.util.regex.Pattern;

/** Keeps secrets out of print: what is hidden by the name of its key, or inside a URL. */
public final class Redaction {

  /** Stands for what is not shown. */
  public static final String HIDDEN = "[hidden]";

  private static final Pattern SECRET_NAMES =
      Pattern.compile("password|secret|token|jaas|user\\.info|credential|(^|[._-])key$");

  private static final Pattern USER_INFO = Pattern.compile("//[^/,\\s]*@");

  private Redaction() {}

  /** Whether the values of this key are to be hidden; the key is in lower case. */
  public static boolean hides(String key) {
    return !key.endsWith(".credentials.source") && SECRET_NAMES.matcher(key).find();
  }

  /** The value as it may be shown. */
  public static String shown(String key, String value) {
    return hides(key) ? HIDDEN : USER_INFO.matcher(value).replaceAll("//" + HIDDEN + "@");
  }
}
