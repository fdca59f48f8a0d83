package io.bascule.imagebuilder;

/** Hears nothing. */
public final class SilentListener implements BuildListener {
    @Override
    public void step(String name) {}

    @Override
    public void doing(String what) {}

    @Override
    public void result(String what) {}
}
