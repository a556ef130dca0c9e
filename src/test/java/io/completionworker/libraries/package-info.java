/** What the worker is shipped with: versions with known fixes, licences, and sizes in the image. */
@NullMarked
package io.completionworker.libraries;

import org.jspecify.annotations.NullMarked;
