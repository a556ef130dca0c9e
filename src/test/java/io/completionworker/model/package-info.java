/**
 * A model of the path of requests: what is committed, what the stream threads have in their open
 * transactions, and which calls a process has. It is small enough to walk through every order in
 * which a few steps can happen. It knows nothing of the product's classes.
 */
@NullMarked
package io.completionworker.model;

import org.jspecify.annotations.NullMarked;
