import { Component, type ReactNode } from 'react';

interface ErrorBoundaryProps {
  readonly children: ReactNode;
  /** Receives what went wrong; nothing is drawn in place of the children. */
  readonly onError: (error: Error) => void;
}

/** Keeps a part that cannot be drawn from taking the page with it. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly isFailed: boolean }> {
  override state = { isFailed: false };

  static getDerivedStateFromError() {
    return { isFailed: true };
  }

  override componentDidCatch(error: Error): void {
    this.props.onError(error);
  }

  override render(): ReactNode {
    return this.state.isFailed ? null : this.props.children;
  }
}
