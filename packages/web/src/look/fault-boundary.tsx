// The last net: when the page itself breaks, it says so and offers to load again, instead of showing nothing.
import { Component, type ReactNode } from 'react';
import { Failed } from './states.tsx';

export class FaultBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: undefined as unknown };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    return this.state.error === undefined ? this.props.children : <Failed error={this.state.error} onRetry={() => location.reload()} />;
  }
}
