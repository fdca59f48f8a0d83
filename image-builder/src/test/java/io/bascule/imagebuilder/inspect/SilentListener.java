package io.bascule.imagebuilder.inspect;

import io.bascule.imagebuilder.BuildListener;

final class SilentListener implements BuildListener {
    @Override
    public void step(String name) {}

    @Override
    public void doing(String what) {}

    @Override
    public void result(String what) {}
}
